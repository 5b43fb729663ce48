{
  'targets': [
    {
      'target_name': 'sys',
      'sources': [
        'lib/sys/native/account.c',
        'lib/sys/native/args.c',
        'lib/sys/native/batch.c',
        'lib/sys/native/become.c',
        'lib/sys/native/child.c',
        'lib/sys/native/descriptor.c',
        'lib/sys/native/epoll.c',
        'lib/sys/native/exits.c',
        'lib/sys/native/file.c',
        'lib/sys/native/message.c',
        'lib/sys/native/name.c',
        'lib/sys/native/netgroup.c',
        'lib/sys/native/plan.c',
        'lib/sys/native/process.c',
        'lib/sys/native/socket.c',
        'lib/sys/native/spawn.c',
        'lib/sys/native/spawner.c',
        'lib/sys/native/sys.c',
      ],
      'defines': ['NAPI_VERSION=8', '_GNU_SOURCE'],
      'cflags': [
        '-std=gnu17', '-Wall', '-Wextra', '-Wno-unused-parameter', '-Werror', '-O2', '-fvisibility=hidden',
      ],
      # A spawner thread may outlive the environment that loaded the addon: its code stays mapped.
      'ldflags': ['-pthread', '-Wl,-z,nodelete', '-Wl,-z,relro', '-Wl,-z,now'],
    },
  ],
}
