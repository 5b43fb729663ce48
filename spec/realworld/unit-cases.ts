/** Real servers that take their listeners from LISTEN_FDS, with their units and real clients. */

import type { Asked } from './asked.ts';
import { page, ssh } from './cases.ts';
import type { Units } from './units-form.ts';

/** One server. */
export interface UnitCase extends Asked {
  readonly units: Units;
  /** Shell: what runs meanwhile. */
  readonly beside?: string;
}

/** The servers. */
export const unitCases: readonly UnitCase[] = [
  {
    title: 'Gunicorn',
    packages: ['gunicorn', 'curl'],
    setup: `cat > $W/app.py <<EOF
import os
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [("wsgi says %s fds=%s\\n" % (environ["PATH_INFO"], os.environ.get("LISTEN_FDS"))).encode()]
application = app
EOF`,
    units: {
      'gunicorn.socket': `[Unit]
Description=Gunicorn

[Socket]
ListenStream=127.0.0.1:27143

[Install]
WantedBy=sockets.target
`,
      'gunicorn.service': `[Unit]
Description=Gunicorn

[Service]
ExecStart=/usr/bin/gunicorn --workers 2 --chdir "$W" app:app
User=root
`,
    },
    client: 'curl -sS http://127.0.0.1:27143/x; curl -sS http://127.0.0.1:27143/y',
    expect: /wsgi says \/x.*wsgi says \/y/ms,
  },
  {
    title: 'Uvicorn --fd 3',
    packages: ['uvicorn', 'curl'],
    setup: `cat > $W/asgi.py <<EOF
async def app(scope, receive, send):
    if scope["type"] != "http": return
    await send(dict(type="http.response.start", status=200, headers=[]))
    await send(dict(type="http.response.body", body=b"asgi says " + scope["path"].encode()))
EOF`,
    units: {
      'uvicorn.socket': `[Unit]
Description=Uvicorn --fd 3

[Socket]
ListenStream=127.0.0.1:27145

[Install]
WantedBy=sockets.target
`,
      'uvicorn.service': `[Unit]
Description=Uvicorn --fd 3

[Service]
ExecStart=/usr/bin/uvicorn --fd 3 --app-dir "$W" asgi:app
User=root
`,
    },
    client: 'curl -sS http://127.0.0.1:27145/x',
    expect: /asgi says \/x/ms,
  },
  {
    // nginx does not know LISTEN_FDS; the variable it uses for its own upgrades takes the descriptor numbers.
    title: 'nginx through its NGINX variable',
    packages: ['nginx-light', 'curl'],
    setup: `${page}
printf "%s\\n" "daemon off; pid $W/pid; error_log $W/err.log; user nobody nogroup;" "events {}" "http { access_log off; server { listen 127.0.0.1:27147; root $W/www; } }" > $W/nginx.conf`,
    units: {
      'nginx.socket': `[Unit]
Description=nginx through its NGINX variable

[Socket]
ListenStream=127.0.0.1:27147

[Install]
WantedBy=sockets.target
`,
      'nginx.service': `[Unit]
Description=nginx through its NGINX variable

[Service]
ExecStart=/usr/sbin/nginx -c "$W/nginx.conf"
User=root
Environment="NGINX=3;"
`,
    },
    client: 'curl -sSi http://127.0.0.1:27147/index.html',
    expect: /Server: nginx.*hello from \w+/ms,
  },
  {
    title: 'lighttpd (server.systemd-socket-activation)',
    packages: ['lighttpd', 'curl'],
    setup: `${page}
printf "%s\\n" "server.document-root = \\"$W/www\\"" "server.port = 27149" "server.bind = \\"127.0.0.1\\"" "server.systemd-socket-activation = \\"enable\\"" "server.errorlog = \\"$W/err.log\\"" "index-file.names = ( \\"index.html\\" )" > $W/l.conf`,
    units: {
      'lighttpd.socket': `[Unit]
Description=lighttpd (server.systemd-socket-activation)

[Socket]
ListenStream=127.0.0.1:27149

[Install]
WantedBy=sockets.target
`,
      'lighttpd.service': `[Unit]
Description=lighttpd (server.systemd-socket-activation)

[Service]
ExecStart=/usr/sbin/lighttpd -D -f "$W/l.conf"
User=root
`,
    },
    client: 'curl -sSi http://127.0.0.1:27149/index.html',
    expect: /Server: lighttpd.*hello from \w+/ms,
  },
  {
    title: 'OpenSSH sshd -D with the listener (as ssh.socket of Debian 12 runs it)',
    packages: ['openssh-server', 'openssh-client'],
    setup: `mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N "" -f $W/host; ssh-keygen -q -t ed25519 -N "" -f $W/id; cp $W/id.pub $W/auth
printf "%s\\n" "HostKey $W/host" "AuthorizedKeysFile $W/auth" "StrictModes no" "PermitRootLogin yes" "PasswordAuthentication no" "UsePAM no" "PidFile none" "PrintMotd no" "UseDNS no" "Subsystem sftp internal-sftp" > $W/sshd_config`,
    units: {
      'sshdfds.socket': `[Unit]
Description=OpenSSH sshd -D with the listener (as ssh.socket of Debian 12 runs it)

[Socket]
ListenStream=127.0.0.1:27151

[Install]
WantedBy=sockets.target
`,
      'sshdfds.service': `[Unit]
Description=OpenSSH sshd -D with the listener (as ssh.socket of Debian 12 runs it)

[Service]
ExecStart=/usr/sbin/sshd -D -e -f "$W/sshd_config"
User=root
`,
    },
    client: `${ssh} -p 27151 root@127.0.0.1 "echo via \\$SSH_CONNECTION"
      ${ssh} -p 27151 root@127.0.0.1 "echo again"`,
    expect: /via 127\.0\.0\.1 .*again/ms,
  },
  {
    title: 'Node.js Express, listen({fd:3})',
    packages: ['nodejs', 'node-express', 'curl'],
    setup: `cat > $W/app.js <<EOF
const app = require("express")();
app.use((q, r) => r.send("express says " + q.path));
app.listen({fd: 3});
EOF`,
    units: {
      'express.socket': `[Unit]
Description=Node.js Express, listen({fd:3})

[Socket]
ListenStream=127.0.0.1:27152

[Install]
WantedBy=sockets.target
`,
      'express.service': `[Unit]
Description=Node.js Express, listen({fd:3})

[Service]
ExecStart=/usr/bin/node "$W/app.js"
User=root
Environment="NODE_PATH=/usr/share/nodejs"
`,
    },
    client: 'curl -sS http://127.0.0.1:27152/x',
    expect: /express says \/x/ms,
  },
  {
    title: 'systemd-socket-proxyd in front of a plain server',
    packages: ['systemd', 'python3', 'netcat-openbsd', 'curl'],
    setup: page,
    beside: 'exec python3 -m http.server -b 127.0.0.1 -d $W/www 27554',
    units: {
      'proxyd.socket': `[Unit]
Description=systemd-socket-proxyd in front of a plain server

[Socket]
ListenStream=127.0.0.1:27154

[Install]
WantedBy=sockets.target
`,
      'proxyd.service': `[Unit]
Description=systemd-socket-proxyd in front of a plain server

[Service]
ExecStart=/usr/lib/systemd/systemd-socket-proxyd 127.0.0.1:27554
User=root
`,
    },
    client: `for i in $(seq 50); do nc -z 127.0.0.1 27554 && break; sleep 0.1; done
      curl -sS http://127.0.0.1:27154/index.html`,
    expect: /hello from \w+/ms,
  },
  {
    // The minus sign makes it take descriptor 3 as its listener.
    title: 'systemd-journal-remote --listen-http=-3',
    packages: ['systemd-journal-remote', 'curl'],
    units: {
      'journalremote.socket': `[Unit]
Description=systemd-journal-remote --listen-http=-3

[Socket]
ListenStream=127.0.0.1:27156

[Install]
WantedBy=sockets.target
`,
      'journalremote.service': `[Unit]
Description=systemd-journal-remote --listen-http=-3

[Service]
ExecStart=/usr/lib/systemd/systemd-journal-remote --listen-http=-3 "--output=$W/remote.journal" --split-mode=none
User=root
`,
    },
    client: `printf "__CURSOR=x\\n__REALTIME_TIMESTAMP=1700000000000000\\n__MONOTONIC_TIMESTAMP=1000000\\n_BOOT_ID=00000000000000000000000000000001\\nMESSAGE=over-the-wire\\n\\n" | curl -sS -i -H "Content-Type: application/vnd.fdo.journal" --data-binary @- http://127.0.0.1:27156/upload; journalctl --file=$W/remote.journal -o cat`,
    expect: /202 Accepted.*over-the-wire/ms,
  },
  {
    title: 'Music Player Daemon',
    packages: ['mpd', 'mpc'],
    setup: `mkdir -p $W/music $W/pl
printf "%s\\n" "music_directory \\"$W/music\\"" "playlist_directory \\"$W/pl\\"" "db_file \\"$W/db\\"" "log_file \\"$W/mpd.log\\"" "audio_output {" "type \\"null\\"" "name \\"n\\"" "}" > $W/mpd.conf`,
    units: {
      'mpd.socket': `[Unit]
Description=Music Player Daemon

[Socket]
ListenStream=$W/sock
ListenStream=127.0.0.1:27158

[Install]
WantedBy=sockets.target
`,
      'mpd.service': `[Unit]
Description=Music Player Daemon

[Service]
ExecStart=/usr/bin/mpd --no-daemon "$W/mpd.conf"
User=root
`,
    },
    client: 'mpc -h 127.0.0.1 -p 27158 status; mpc -h $W/sock version',
    expect: /volume:.*version/ms,
  },
  {
    title: 'dbus-daemon --address=systemd:',
    packages: ['dbus'],
    units: {
      'dbus.socket': `[Unit]
Description=dbus-daemon --address=systemd:

[Socket]
ListenStream=$W/bus

[Install]
WantedBy=sockets.target
`,
      'dbus.service': `[Unit]
Description=dbus-daemon --address=systemd:

[Service]
ExecStart=/usr/bin/dbus-daemon --session --address=systemd: --nofork --nopidfile
User=root
`,
    },
    client:
      'DBUS_SESSION_BUS_ADDRESS=unix:path=$W/bus dbus-send --session --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus.ListNames',
    expect: /method return.*org\.freedesktop\.DBus/ms,
  },
  {
    // It tells its sockets apart by LISTEN_FDNAMES.
    title: 'gpg-agent --supervised (named descriptors)',
    packages: ['gpg-agent', 'gpgconf', 'gnupg'],
    setup: 'mkdir -m 700 $W/g',
    units: {
      'gpgagent.socket': `[Unit]
Description=gpg-agent --supervised (named descriptors)

[Socket]
ListenStream=$W/std
FileDescriptorName=std

[Install]
WantedBy=sockets.target
`,
      'gpgagent.service': `[Unit]
Description=gpg-agent --supervised (named descriptors)

[Service]
ExecStart=/usr/bin/gpg-agent --supervised
User=root
Environment="GNUPGHOME=$W/g"
`,
    },
    client: 'echo "GETINFO version" | gpg-connect-agent --no-autostart -S $W/std',
    expect: /^D 2\..*OK/ms,
  },
  {
    // It knows its listeners by a variable, which it uses for its own upgrades.
    title: 'php-fpm through its FPM_SOCKETS variable',
    packages: ['php8.2-fpm', 'libfcgi-bin'],
    setup: `printf '<?php echo "php says ", $_SERVER["QUERY_STRING"], "\\n";' > $W/index.php; chmod -R a+rX $W
printf "%s\\n" "[global]" "error_log = $W/fpm.log" "daemonize = no" "[www]" "user = nobody" "group = nogroup" \\
  "listen = 127.0.0.1:27160" "pm = static" "pm.max_children = 2" > $W/fpm.conf`,
    units: {
      'fpm.socket': `[Socket]
ListenStream=127.0.0.1:27160

[Install]
WantedBy=sockets.target
`,
      'fpm.service': `[Service]
Type=notify
ExecStart=/usr/sbin/php-fpm8.2 --nodaemonize --fpm-config $W/fpm.conf
Environment=FPM_SOCKETS=127.0.0.1:27160=3
`,
    },
    client: `export SCRIPT_FILENAME=$W/index.php REQUEST_METHOD=GET
      for i in 1 2; do QUERY_STRING=x$i cgi-fcgi -bind -connect 127.0.0.1:27160; done`,
    expect: /php says x1.*php says x2/ms,
  },
];
