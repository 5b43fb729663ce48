# The addon once more, watched by the address and undefined-behaviour sanitizers; run.sh builds and uses it.
{
  'targets': [
    {
      'target_name': 'sys',
      'sources': ['<!@(ls ../../../lib/sys/native/*.c)'],
      'defines': ['NAPI_VERSION=8', '_GNU_SOURCE'],
      'cflags': [
        '-std=gnu17', '-Wall', '-Wextra', '-Wno-unused-parameter', '-Werror', '-O1', '-g', '-fvisibility=hidden',
        '-fno-omit-frame-pointer', '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined',
      ],
      'ldflags': ['-pthread', '-Wl,-z,nodelete', '-fsanitize=address,undefined'],
    },
  ],
}
