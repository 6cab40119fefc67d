package beanstalk

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers"
)

// frame is the nginx configuration of the platforms with Amazon Linux 2 and 2023, as far as it matters to a
// WebSocket: conf.d/*.conf is included in http, conf.d/elasticbeanstalk/*.conf in the server, beside the platform's
// own location. That passes Upgrade on, and its map has no entry for requests without one (developer guide,
// "Configuring the reverse proxy"; public copies of the generated files).
const frame = `events { worker_connections 1024; }
http {
    include conf.d/*.conf;
    map $http_upgrade $connection_upgrade { default "upgrade"; }
    client_header_timeout 60;
    client_body_timeout 60;
    keepalive_timeout 60;
    server {
        listen 80 default_server;
OWN
        include conf.d/elasticbeanstalk/*.conf;
    }
}
`

// own is the platform's location, conf.d/elasticbeanstalk/00_application.conf.
const own = `location / { proxy_pass http://127.0.0.1:8080; proxy_http_version 1.1; proxy_set_header Connection ` +
	`$connection_upgrade; ` +
	`proxy_set_header Upgrade $http_upgrade; proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr; ` +
	`proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }`

// about are texts that say something of how requests are passed on. What only sets the size of bodies or a log is no
// reason to speak of WebSockets.
var about = lazyregexp.New(
	`(?im)^[^#]*\b(upgrade|location|server|map|` +
		`proxy_(read_timeout|pass|http_version|set_header|send_timeout|buffering))\b`,
)

var includesOwn = lazyregexp.New(`(?m)^[ \t]*include[ \t]+(?:/etc/nginx/)?conf\.d/elasticbeanstalk/\*\.conf;`)

// platform is the nginx configuration of the instances, as nginx reads it: the application's files within the
// platform's.
func (a *app) platform(read func(name string) ([]byte, error)) []parsers.Nested {
	if len(a.nginx) == 0 {
		return nil
	}
	dir := filepath.Join(a.dir, ".platform", "nginx")
	main := filepath.Join(dir, "nginx.conf")
	location := "        " + own
	if slices.Contains(a.nginx, filepath.Join(dir, "conf.d", "elasticbeanstalk", "00_application.conf")) {
		location = ""
	}
	if slices.Contains(a.nginx, main) {
		src, err := read(main)
		if err != nil {
			return []parsers.Nested{{Format: "nginx", Found: parsers.Found{Name: main}}}
		}
		// The file is nginx's own; beside the application's files it includes that of the platform. The line keeps its
		// number.
		if at := includesOwn.FindIndex(src); at != nil && location != "" {
			src = slices.Concat(src[:at[1]], []byte(" "+strings.TrimSpace(location)), src[at[1]:])
		}
		return []parsers.Nested{{Format: "nginx", Found: parsers.Found{Name: main, Src: src}}}
	}
	says := slices.ContainsFunc(a.nginx, func(name string) bool {
		src, err := read(name)
		return err == nil && about.Match(src)
	})
	if !says {
		return nil
	}
	src := strings.Replace(frame, "OWN\n", location+"\n", 1)
	return []parsers.Nested{
		{Format: "nginx", Found: parsers.Found{Name: filepath.Join(dir, "nginx.conf of the platform"), Src: []byte(src)}},
	}
}
