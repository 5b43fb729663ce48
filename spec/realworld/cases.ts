/** Real servers with an inetd.conf line, and real clients: what is set up, what is asked, what must come back. */

import type { Asked } from './asked.ts';

/** One server. */
export interface Case extends Asked {
  /** The entry of inetd.conf. */
  readonly entry: string;
}

/** Shell: a small page and a large file in $W/www. */
export const page = `mkdir -p $W/www; echo "hello from inetd" > $W/www/index.html; head -c 300000 /dev/urandom > $W/www/big.bin`;

/** The client of sshd, with the key of $W. */
export const ssh =
  'ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o IdentitiesOnly=yes -o BatchMode=yes -i $W/id';

/** The servers. */
export const cases: readonly Case[] = [
  {
    title: 'BusyBox httpd -i',
    packages: ['busybox', 'curl'],
    setup: page,
    entry: '127.0.0.1:27100 stream tcp nowait root /bin/busybox busybox httpd -i -h $W/www',
    client: `curl -sS http://127.0.0.1:27100/index.html
      curl -sS -o $W/got http://127.0.0.1:27100/big.bin; cmp $W/got $W/www/big.bin && echo same`,
    expect: /hello from \w+\n.*same/ms,
  },
  {
    title: 'micro-httpd',
    packages: ['micro-httpd', 'curl'],
    setup: page,
    entry: '127.0.0.1:27101 stream tcp nowait nobody /usr/sbin/micro-httpd micro-httpd $W/www',
    client: `curl -sSi http://127.0.0.1:27101/index.html
      curl -sS -o /dev/null -w "%{http_code}\\n" http://127.0.0.1:27101/none`,
    expect: /HTTP\/1\.[01] 200.*hello from \w+.*^404/ms,
  },
  {
    title: 'ProFTPD',
    packages: ['proftpd-core', 'curl'],
    setup: `mkdir -p $W/pub; echo "pro body" > $W/pub/file.txt; chmod 755 $W/pub
      cat > $W/proftpd.conf <<END
ServerType inetd
ServerName test
DefaultServer on
DefaultAddress 127.0.0.1
UseIPv6 off
User nobody
Group nogroup
WtmpLog off
TransferLog none
SystemLog $W/proftpd.log
ScoreboardFile $W/score
UseReverseDNS off
<Anonymous $W/pub>
  User ftp
  Group nogroup
  UserAlias anonymous ftp
  RequireValidShell off
</Anonymous>
END`,
    entry: '127.0.0.1:27103 stream tcp nowait root /usr/sbin/proftpd proftpd -c $W/proftpd.conf',
    client: 'curl -sS ftp://127.0.0.1:27103/; curl -sS ftp://127.0.0.1:27103/file.txt',
    expect: /file\.txt.*pro body/ms,
  },
  {
    // Not installed but unpacked: it conflicts with ProFTPD.
    title: 'GNU inetutils ftpd',
    packages: ['netcat-openbsd'],
    entry: '127.0.0.1:27105 stream tcp nowait root /usr/local/lib/superd-spec/usr/sbin/ftpd ftpd -A',
    client: 'printf "USER nosuch\\r\\nQUIT\\r\\n" | nc -N -w 5 127.0.0.1 27105',
    expect: /^220 .*FTP server.*^(331|530).*^221/ms,
  },
  {
    // The client knows no port but 79.
    title: 'in.fingerd',
    packages: ['fingerd', 'finger'],
    entry: '127.0.0.1:79 stream tcp nowait nobody /usr/sbin/in.fingerd in.fingerd',
    client: 'finger root@127.0.0.1',
    expect: /Login: root/ms,
  },
  {
    title: 'git daemon --inetd',
    packages: ['git'],
    setup: `mkdir -p $W/repos; git init -q $W/src; cd $W/src; echo "git body" > README; git add README
      git -c user.name=t -c user.email=t@localhost commit -q -m one; git clone -q --bare $W/src $W/repos/a.git`,
    entry:
      '127.0.0.1:27109 stream tcp nowait root /usr/bin/git git -c safe.directory=* daemon --inetd --export-all --base-path=$W/repos $W/repos',
    client: `git ls-remote git://127.0.0.1:27109/a.git
      git clone -q git://127.0.0.1:27109/a.git $W/clone && cat $W/clone/README`,
    expect: /[0-9a-f]{40}\tHEAD.*git body/ms,
  },
  {
    title: 'OpenSSH sshd -i',
    packages: ['openssh-server', 'openssh-client'],
    setup: `mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N "" -f $W/host; ssh-keygen -q -t ed25519 -N "" -f $W/id; cp $W/id.pub $W/auth
      printf "%s\\n" "HostKey $W/host" "AuthorizedKeysFile $W/auth" "StrictModes no" "PermitRootLogin yes" \\
        "PasswordAuthentication no" "UsePAM no" "PidFile none" "PrintMotd no" "UseDNS no" > $W/sshd_config`,
    entry: '127.0.0.1:27111 stream tcp nowait root /usr/sbin/sshd sshd -i -f $W/sshd_config',
    client: `${ssh} -p 27111 root@127.0.0.1 'echo in=$SSH_CONNECTION; head -c 200000 /dev/zero | wc -c'`,
    expect: /in=127\.0\.0\.1 \d+ 127\.0\.0\.1 \d+.*200000/ms,
  },
  {
    title: 'nullidentd',
    packages: ['nullidentd', 'netcat-openbsd'],
    entry: '127.0.0.1:27113 stream tcp nowait nobody /usr/sbin/nullidentd nullidentd bob',
    client: 'printf "6193, 23\\r\\n" | nc -N -w 5 127.0.0.1 27113',
    expect: /6193\s*,\s*23\s*:\s*USERID\s*:\s*\S+\s*:\s*bob/ms,
  },
  {
    title: 'svnserve -i',
    packages: ['subversion'],
    setup: `mkdir $W/svn; svnadmin create $W/svn/r; mkdir $W/imp; echo "svn body" > $W/imp/file.txt
      svn -q import -m one $W/imp file://$W/svn/r`,
    entry: '127.0.0.1:27117 stream tcp nowait root /usr/bin/svnserve svnserve -i -r $W/svn',
    client: `svn --non-interactive info svn://127.0.0.1:27117/r
      svn --non-interactive cat svn://127.0.0.1:27117/r/file.txt`,
    expect: /Revision: 1.*svn body/ms,
  },
  {
    title: 'nbdkit -s',
    packages: ['nbdkit', 'libnbd-bin'],
    entry: '127.0.0.1:27120 stream tcp nowait root /usr/bin/nbdkit nbdkit -s pattern 2M',
    client: `nbdinfo --size nbd://127.0.0.1:27120
      nbdcopy nbd://127.0.0.1:27120 $W/copy && stat -c %s $W/copy`,
    expect: /2097152\s+2097152/ms,
  },
  {
    title: 'Exim -bs',
    packages: ['exim4-daemon-light', 'swaks'],
    entry: '127.0.0.1:27121 stream tcp nowait root /usr/sbin/exim4 exim4 -bs',
    client:
      'swaks --server 127.0.0.1 --port 27121 --helo client.localhost --quit-after RCPT --from a@localhost --to root@localhost',
    expect: /220 .*ESMTP Exim.*250 .*(Accepted|OK)/ms,
  },
  {
    title: 'distccd --inetd',
    packages: ['distcc', 'gcc', 'libc6-dev'],
    setup: `update-distcc-symlinks >/dev/null 2>&1 || true; mkdir $W/d $W/l; chmod 1777 $W/l`,
    entry:
      '127.0.0.1:27123 stream tcp nowait root /usr/bin/distccd distccd --inetd --allow 127.0.0.1 --log-file $W/l/distccd.log --jobs 2',
    client: `echo "int main(void){return 42;}" > a.c
      DISTCC_FALLBACK=0 DISTCC_HOSTS=127.0.0.1:27123 DISTCC_DIR=$W/d distcc gcc -c a.c -o a.o && gcc a.o -o a && ./a; echo "exit $?"`,
    expect: /exit 42/ms,
  },
  {
    // A refused login shows both directions.
    title: 'popa3d',
    packages: ['popa3d', 'curl'],
    entry: '127.0.0.1:27124 stream tcp nowait root /usr/sbin/popa3d popa3d',
    client: 'curl -sS -v pop3://nobody:wrong@127.0.0.1:27124/ 2>&1',
    expect: /< \+OK.*> (CAPA|USER).*-ERR/ms,
  },
  {
    title: 'GNU mailutils imap4d --inetd',
    packages: ['mailutils-imap4d', 'curl'],
    entry: '127.0.0.1:27126 stream tcp nowait root /usr/sbin/imap4d imap4d --inetd',
    client: 'curl -sS -v imap://nobody:wrong@127.0.0.1:27126/ 2>&1',
    expect: /< \* OK IMAP4rev1.*CAPABILITY.*(NO|BAD|denied)/ms,
  },
  {
    title: 'dictd --inetd',
    packages: ['dictd', 'dict', 'dictfmt'],
    setup: `printf "%s\\n" ":super:a server that starts servers" ":wait:hand over the listener" |
        dictfmt -j -u local -s "mini dictionary" --utf8 mini >/dev/null
      printf "%s\\n" "database mini { data $W/mini.dict" " index $W/mini.index }" > $W/dictd.conf`,
    entry:
      '127.0.0.1:27128 stream tcp nowait root /usr/sbin/dictd dictd --inetd -c $W/dictd.conf --locale C.UTF-8',
    client: 'dict -h 127.0.0.1 -p 27128 -D; dict -h 127.0.0.1 -p 27128 super',
    expect: /mini\s+.*a server that starts servers/ms,
  },
  {
    title: 'stunnel in front of micro-httpd',
    packages: ['stunnel4', 'micro-httpd', 'openssl', 'curl'],
    setup: `${page}
      openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout $W/k.pem -out $W/c.pem 2>/dev/null
      cat $W/k.pem $W/c.pem > $W/s.pem
      printf "%s\\n" "debug = 3" "syslog = no" "output = $W/stunnel.log" "cert = $W/s.pem" \\
        "exec = /usr/sbin/micro-httpd" "execArgs = micro-httpd $W/www" > $W/stunnel.conf`,
    entry: '127.0.0.1:27131 stream tcp nowait root /usr/bin/stunnel4 stunnel4 $W/stunnel.conf',
    client: 'curl -sSk https://127.0.0.1:27131/index.html',
    expect: /hello from \w+/ms,
  },
  {
    title: 'GNU inetutils telnetd',
    packages: ['inetutils-telnetd', 'telnet'],
    entry: '127.0.0.1:27134 stream tcp nowait root /usr/sbin/telnetd telnetd -E /bin/sh',
    client: '(sleep 1; echo "echo sum=\\$((40+2))"; sleep 1; echo exit; sleep 0.5) | telnet 127.0.0.1 27134',
    expect: /sum=42/ms,
  },
  {
    title: 'gophernicus',
    packages: ['gophernicus', 'curl'],
    setup: `mkdir -p $W/gopher; echo "gopher body" > $W/gopher/hello.txt; chmod -R a+rX $W/gopher`,
    entry:
      '127.0.0.1:27135 stream tcp nowait nobody /usr/sbin/gophernicus gophernicus -r$W/gopher -h localhost -nv',
    client: 'curl -sS gopher://127.0.0.1:27135/0/hello.txt; curl -sS gopher://127.0.0.1:27135/1/',
    expect: /gopher body.*hello\.txt/ms,
  },
  {
    // tangd logs on descriptor 2, which is the caller: a wrapper keeps the two apart.
    title: 'tangd',
    packages: ['tang', 'curl'],
    setup: `mkdir $W/db; /usr/libexec/tangd-keygen $W/db; chmod -R a+rX $W/db
      printf '#!/bin/sh\\nexec /usr/libexec/tangd "$1" 2>>%s/tangd.log\\n' "$W" > $W/tangdw; chmod 755 $W/tangdw`,
    entry: '127.0.0.1:27136 stream tcp nowait root $W/tangdw tangdw $W/db',
    client: 'curl -sS http://127.0.0.1:27136/adv',
    expect: /"payload": ?"[A-Za-z0-9_-]+".*"signature/ms,
  },
  {
    title: 'cat as an echo server',
    packages: ['coreutils', 'netcat-openbsd'],
    entry: '127.0.0.1:27138 stream tcp nowait nobody /bin/cat cat',
    client: `head -c 3000000 /dev/urandom > $W/in; nc -N 127.0.0.1 27138 < $W/in > $W/out; cmp $W/in $W/out && echo same
      for i in 1 2 3 4 5 6 7 8; do (echo "line $i" | nc -N 127.0.0.1 27138) & done; wait`,
    expect: /same(.*line \d){8}/ms,
  },
  {
    title: 'tftpd-hpa (dgram wait)',
    packages: ['tftpd-hpa', 'curl'],
    setup: `mkdir -p $W/tftp; head -c 70000 /dev/urandom > $W/tftp/blob; chmod -R a+rX $W/tftp`,
    entry: '127.0.0.1:27139 dgram udp wait root /usr/sbin/in.tftpd in.tftpd -s $W/tftp -u nobody',
    client:
      'for i in 1 2; do curl -sS -o $W/got tftp://127.0.0.1:27139/blob && cmp $W/got $W/tftp/blob && echo same$i; done',
    expect: /same1\s+same2/ms,
  },
  {
    // One process serves both datagrams: it remembers the invitation.
    title: 'ntalkd (dgram wait)',
    packages: ['talkd', 'python3'],
    entry: '127.0.0.1:27141 dgram udp wait root /usr/sbin/in.ntalkd in.ntalkd',
    client: `/usr/bin/python3 - <<'END'
import socket, struct
def addr(host, port): return struct.pack('!HH4s8x', 2, port, socket.inet_aton(host))
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('127.0.0.1', 0)); s.settimeout(5); s.connect(('127.0.0.1', 27141))
def ask(kind, me, you):
    m = struct.pack('!BBBBI', 1, kind, 0, 0, 7) + addr('127.0.0.1', 0) + addr('127.0.0.1', s.getsockname()[1]) + struct.pack('!i12s12s16s', 4242, me, you, b'')
    s.send(m); r = s.recv(200); return r[1], r[2]
print('leave', ask(0, b'alice', b'bob')); print('lookup', ask(1, b'bob', b'alice'))
END`,
    expect: /leave \(0, \d+\)\s+lookup \(1, 0\)/ms,
  },
  {
    title: 'uWSGI with the listener on descriptor 0 (stream wait)',
    packages: ['uwsgi-core', 'uwsgi-plugin-python3', 'curl'],
    setup: `cat > $W/app.py <<END
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [("wsgi says %s\\n" % environ["PATH_INFO"]).encode()]
END`,
    entry:
      '127.0.0.1:27168 stream tcp wait root /usr/bin/uwsgi uwsgi --plugin python3 --protocol http --wsgi-file $W/app.py --processes 1 --die-on-term --logto $W/uwsgi.log',
    client: 'curl -sS http://127.0.0.1:27168/x; curl -sS http://127.0.0.1:27168/y',
    expect: /wsgi says \/x.*wsgi says \/y/ms,
  },
  {
    title: 'a server that ends after one datagram (dgram wait)',
    packages: ['python3'],
    setup: `cat > $W/once.py <<END
import os, socket
s = socket.socket(fileno=0)
d, a = s.recvfrom(100)
s.sendto(b"pid %d got " % os.getpid() + d, a)
END`,
    entry: '127.0.0.1:27171 dgram udp wait root /usr/bin/python3 python3 $W/once.py',
    client: `/usr/bin/python3 -c "
import socket, time
for i in range(4):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(5); s.sendto(b'n%d' % i, ('127.0.0.1', 27171)); print(s.recv(99).decode()); time.sleep(0.3)
"`,
    expect: /pid (\d+) got n0\npid (?!\1\b)(\d+) got n1\npid (?!\2\b)\d+ got n2\npid \d+ got n3/ms,
  },
];
