package conf

import "testing"

// TestGonginxStillWrong pins what gonginx gets wrong: a case fails when upstream has fixed it. When none is left, the tree can be
// gonginx's.
func TestGonginxStillWrong(t *testing.T) {
	for _, c := range []struct{ name, src string }{
		{"escaped backslash before the closing quote", `set $a "foo\\"; b c;`},
		{"escaped backslash in single quotes", `set $a 'C:\\'; b 'd';`},
		{"escaped blank", `add_header A nginx\ web;`},
		{"escaped semicolon", `return 200 a\;b;`},
		{"escaped line break", "a b\\\n c;"},
		{"escaped brace", `location ~ ^/a\{2\}$ { x y; }`},
		{"brace in a word", `location ~ ^/a}b$ { x y; }`},
		{"backtick", "return 200 `a;\nb c;"},
		{"pair of backticks", "return 200 `a b`;"},
		{"NUL ends the file", "a b;\x00c d;\ne f;"},
		{"CR ends a comment", "# x\re f;\ng;"},
		{"invalid UTF-8", "return 200 \"M\xf6lln\";"},
		{"Lua's length operator", "content_by_lua_block { local n = #t if n then x = {} end }\na b;"},
		{"brace in a Lua comment", "content_by_lua_block {\n -- }\n ngx.say(1)\n}\na b;"},
		{"brace in a long bracket", "content_by_lua_block { ngx.say([[ } ]]) }\na b;"},
	} {
		top, notes, err := parseFile(&File{Name: "f", Src: []byte(c.src)}, nil)
		if err != nil || len(top) == 0 {
			t.Errorf("%s: %d directives, error %v", c.name, len(top), err)
		}
		if len(notes) == 0 {
			t.Errorf("%s: gonginx agrees now", c.name)
		}
	}
}

// TestGonginxStillAccepts pins what nginx refuses and gonginx does not.
func TestGonginxStillAccepts(t *testing.T) {
	for _, c := range []struct{ name, src string }{
		{"stray closing brace drops the rest", "http { server { listen 80; } }\n}\nhttp { server { listen 81; } }"},
		{"stray opening brace", "{ a b; }"},
		{"lone semicolon", ";\na b;"},
		{"two semicolons", "a b;;"},
		{"block behind a semicolon", "location / ; { a b; }"},
		{"text behind a quote", `a "b"c;`},
		{"adjacent strings", `a "b""c";`},
		{"comment behind a quote", "set $a \"b\"#c\n ; d e;"},
		{"brace behind a dollar sign", `location ~ \.php${ x y; }`},
	} {
		if _, _, err := parseFile(&File{Name: "f", Src: []byte(c.src)}, nil); err == nil {
			t.Errorf("%s: no error", c.name)
		}
		if _, err := parseGonginx(c.src); err != nil {
			t.Errorf("%s: gonginx refuses it now: %v", c.name, err)
		}
	}
}

func TestGonginxAgrees(t *testing.T) {
	src := `http { # c
  upstream u { server a weight=5 max_fails=3; server b; keepalive 8; }
  map $http_upgrade $c { default upgrade; '' close; }
  server { listen 80; server_name "a b" c; location ~ \.php$ { if ($x = "") { return 200 ${y}; } } }
  include x.conf;
  server { content_by_lua_block { ngx.say("hi") } }
}`
	if _, notes, err := parseFile(&File{Name: "f", Src: []byte(src)}, nil); err != nil || len(notes) > 0 {
		t.Error(err, notes)
	}
}
