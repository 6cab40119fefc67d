package redact

import (
	"strings"
	"testing"
)

// shapes are texts with the secret S3CRETxyz in them, which has to go, in the languages that wslint reads.
var shapes = []string{
	// addresses
	"proxy_pass http://user:S3CRETxyz@backend:8080/ws;",
	"proxy_pass http://user:S3CRETxyz@10.0.0.1;",
	`url: "redis://:S3CRETxyz@cache:6379/0"`,
	"DATABASE_URL=postgres://app:S3CRETxyz@db/app",
	"# use user:S3CRETxyz@host.example for tests",
	"server s1 user:S3CRETxyz@backend.example.com",
	"paths: [{url: wss://bob:S3CRETxyz@chat.example.com/ws}]",
	"  - url: wss://chat.example.com/ws?token=S3CRETxyz",
	"proxy_pass http://b/ws?room=1&access_token=S3CRETxyz&x=1;",
	"rewrite ^ /ws?api_key=S3CRETxyz break;",
	// headers
	`proxy_set_header Authorization "Basic S3CRETxyz";`,
	`proxy_set_header Authorization "Bearer S3CRETxyz";`,
	`proxy_set_header Authorization 'Bearer S3CRETxyz';`,
	`proxy_set_header Authorization S3CRETxyz;`,
	`proxy_set_header  "Authorization"   "Token S3CRETxyz";`,
	`proxy_set_header X-Api-Key S3CRETxyz;`,
	`proxy_set_header X-Auth-Token "S3CRETxyz";`,
	`proxy_set_header X-Origin-Verify S3CRETxyz;`,
	`proxy_set_header Cookie "session=S3CRETxyz";`,
	`proxy_set_header Proxy-Authorization "Basic S3CRETxyz";`,
	`add_header Set-Cookie "sid=S3CRETxyz; Path=/";`,
	`grpc_set_header Authorization "Bearer S3CRETxyz";`,
	`fastcgi_param DB_PASSWORD S3CRETxyz;`,
	`fastcgi_param HTTP_AUTHORIZATION "Basic S3CRETxyz";`,
	`more_set_headers "X-Auth-Token: S3CRETxyz";`,
	`proxy_set_header X "Basic S3CRETxyz==";`,
	`Authorization: Bearer S3CRETxyz`,
	`curl -H "X-Api-Key: S3CRETxyz" http://x/`,
	// nginx
	`secure_link_md5 "$secure_link_expires$uri$remote_addr S3CRETxyz";`,
	`secure_link_md5 S3CRETxyz$uri;`,
	`secure_link_secret S3CRETxyz;`,
	`secure_link_hmac_secret "S3CRETxyz";`,
	`set $api_key S3CRETxyz;`,
	`set $auth_token "S3CRETxyz";`,
	`set $db_password 'S3CRETxyz';`,
	"env DB_PASSWORD=S3CRETxyz;",
	`if ($http_x_api_key != "S3CRETxyz") { return 403; }`,
	`if ($http_authorization = "Basic S3CRETxyz") { return 403; }`,
	`if ($arg_token = S3CRETxyz) { return 403; }`,
	`if ($cookie_session ~ "S3CRETxyz") { return 403; }`,
	"map $http_x_api_key $ok {\n  default 0;\n  \"S3CRETxyz\" 1;\n}",
	"map $http_authorization $ok { default 0; S3CRETxyz 1; }",
	"map $host $backend_token { default S3CRETxyz; }",
	"map $host $api_key { hostnames; a.example.com \"S3CRETxyz\"; }",
	`auth_basic "log in with admin / S3CRETxyz";`,
	`auth_basic "password: S3CRETxyz";`,
	"redis_password S3CRETxyz;",
	"auth_jwt_secret \"S3CRETxyz\";",
	"auth_jwt_key \"S3CRETxyz\";",
	"JWT_KEY=S3CRETxyz",
	"jwt: S3CRETxyz",
	"token_location_secret S3CRETxyz;",
	"client_secret S3CRETxyz;",
	`access_by_lua_block { local token = "S3CRETxyz" }`,
	// htpasswd
	"bob:$apr1$S3CRETxyz$abcdefgh",
	"bob:$2y$10$S3CRETxyzabcdefghijkl",
	"bob:{PLAIN}S3CRETxyz",
	// HAProxy
	"userlist u\n  user bob insecure-password S3CRETxyz",
	"userlist u\n  user bob password S3CRETxyz groups g1",
	"userlist u\n  user bob password $6$S3CRETxyz$JlKBx9za9667qe4",
	"stats auth admin:S3CRETxyz",
	"  stats auth  admin:S3CRETxyz",
	"http-request set-header Authorization \"Basic S3CRETxyz\"",
	`http-request set-header Authorization Basic\ S3CRETxyz`,
	"http-request add-header X-Api-Key S3CRETxyz if { path /ws }",
	"http-request deny unless { req.hdr(X-Api-Key) -m str S3CRETxyz }",
	"acl ok hdr(authorization) -m str S3CRETxyz",
	"acl ok req.cook(session) -i S3CRETxyz",
	"acl ok url_param(token) S3CRETxyz",
	"when hdr(authorization) is \"S3CRETxyz\" or \"S3CRETxyz\": answered 401 by haproxy",
	"when hdr(authorization) begins with \"Bearer S3CRETxyz\" (haproxy.cfg:9)",
	"when urlp(token) is not S3CRETxyz: answered 401",
	"when urlp(token) matches is there S3CRETxyz",
	"acl ok hdr(authorization) is there S3CRETxyz",
	"http-request set-var(txn.api_token) str(S3CRETxyz)",
	"setenv API_TOKEN S3CRETxyz",
	"presetenv DB_PASS \"S3CRETxyz\"",
	`tcp-check send AUTH\ S3CRETxyz\r\n`,
	"http-response set-header Set-Cookie id=S3CRETxyz",
	// YAML
	"password: S3CRETxyz",
	"password: \"S3CRETxyz\"",
	"password: 'S3CRETxyz'   # ours",
	"name: app\npass: S3CRETxyz\n",
	"  db_password : S3CRETxyz",
	"MasterUserPassword: S3CRETxyz",
	"      ClientSecret: S3CRETxyz",
	"{user: bob, password: S3CRETxyz, port: 1}",
	"- name: DB_PASSWORD\n  value: S3CRETxyz",
	"- name: \"API_TOKEN\"\n  value: \"S3CRETxyz\"",
	"- value: S3CRETxyz\n  name: API_TOKEN",
	"- namespace: aws:elasticbeanstalk:application:environment\n  option_name: DB_PASSWORD\n  value: S3CRETxyz",
	"Parameters:\n  DBPassword:\n    Type: String\n    NoEcho: true\n    Default: S3CRETxyz\n",
	"- Key: ApiToken\n  Value: S3CRETxyz",
	"password: |\n  S3CRETxyz\nother: 1",
	"apiKey: >-\n  S3CRETxyz\n",
	"HttpHeaderConfig:\n  HttpHeaderName: X-Origin-Verify\n  Values:\n    - S3CRETxyz\n",
	"tokens:\n- secret:\n    value: S3CRETxyz",
	"environment:\n  - DB_PASSWORD=S3CRETxyz",
	"nginx.ingress.kubernetes.io/configuration-snippet: |\n  proxy_set_header Authorization \"Bearer S3CRETxyz\";",
	// JSON
	`{"password": "S3CRETxyz"}`,
	`{"Password":"S3CRETxyz"}`,
	`{"clientSecret" : "S3CRETxyz"}`,
	`{"name": "DB_PASSWORD", "value": "S3CRETxyz"}`,
	`{"value": "S3CRETxyz", "name": "DB_PASSWORD"}`,
	`{"Key": "ApiToken", "Value": "S3CRETxyz"}`,
	`{"HttpHeaderName": "X-Origin-Verify", "Values": ["a", "S3CRETxyz"]}`,
	`{"DBPassword": {"Type": "String", "Default": "S3CRETxyz"}}`,
	`{"variables": {"db_password": {"value": "S3CRETxyz"}}}`,
	`{"content": "proxy_set_header Authorization \"Bearer S3CRETxyz\";\n"}`,
	`{"ParameterKey": "DBPassword", "ParameterValue": "S3CRETxyz"}`,
	"\"AuthenticateOidcConfig\": {\"ClientId\": \"a\", \"ClientSecret\": \"S3CRETxyz\"}",
	// Terraform
	`password = "S3CRETxyz"`,
	`  password             = "S3CRETxyz"`,
	`client_secret = "S3CRETxyz"`,
	`DB_PASSWORD = "S3CRETxyz"`,
	`"DB_PASSWORD" = "S3CRETxyz"`,
	`environment = { API_KEY = "S3CRETxyz" }`,
	"variable \"db_password\" {\n  type    = string\n  default = \"S3CRETxyz\"\n}",
	"variable \"x\" {\n  default = \"S3CRETxyz\"\n  sensitive = true\n}",
	"environment {\n  name  = \"DB_PASSWORD\"\n  value = \"S3CRETxyz\"\n}",
	"custom_header {\n  name = \"X-Origin-Verify\"\n  value = \"S3CRETxyz\"\n}",
	"http_header {\n http_header_name = \"X-Origin-Verify\"\n values = [\"S3CRETxyz\"]\n}",
	"private_key = <<EOF\nS3CRETxyz\nEOF\n",
	`password = "${var.prefix}S3CRETxyz"`,
	// elsewhere
	"PASSWORD=S3CRETxyz",
	"export API_TOKEN=S3CRETxyz",
	"aws_secret_access_key = S3CRETxyz",
	"machine example.com login bob password S3CRETxyz",
	"//registry.example.com/:_authToken=S3CRETxyz",
	"-----BEGIN RSA PRIVATE KEY-----\nS3CRETxyz\n-----END RSA PRIVATE KEY-----",
	"token glpat-S3CRETxyzS3CRETxyz1",
	"ghp_S3CRETxyzS3CRETxyzS3CRETxyz",
	"password := \"S3CRETxyz\"",
	"Set-Cookie: id=S3CRETxyz",
	"Cookie: id=S3CRETxyz",
}

func TestShapes(t *testing.T) {
	for _, text := range shapes {
		masked := string((*Secrets)(nil).Mask([]byte(text)))
		if strings.Contains(masked, "S3CRETxyz") || len(masked) != len(text) ||
			strings.Count(masked, "\n") != strings.Count(text, "\n") {
			t.Errorf("%s\nis masked as\n%s", text, masked)
		}
		if shown := Text(text); strings.Contains(shown, "S3CRETxyz") {
			t.Errorf("%s\nis shown as\n%s", text, shown)
		}
		if strings.Contains(text, "S3CRETxyzS") || strings.Contains(text, "S3CRETxyza") {
			continue // a longer one
		}
		if shown := Find([]byte(text)).Hide("the value is S3CRETxyz."); !strings.Contains(shown, Mark) {
			t.Errorf("%s: what it holds is shown elsewhere", text)
		}
	}
}

// TestNoSecrets: what everybody may read stays as it is.
func TestNoSecrets(t *testing.T) {
	for _, text := range []string{
		"proxy_pass http://backend:8080/ws;",
		"proxy_pass http://token:8080;",
		"server auth.example.com:443;",
		"proxy_set_header Authorization $http_authorization;",
		`proxy_set_header Authorization "Bearer $token";`,
		`proxy_set_header Authorization "";`,
		`proxy_set_header Upgrade $http_upgrade;`,
		`proxy_set_header Connection "upgrade";`,
		`proxy_set_header Sec-WebSocket-Key $http_sec_websocket_key;`,
		`proxy_set_header Sec-WebSocket-Protocol "mqtt";`,
		"proxy_pass_header Authorization;",
		"proxy_hide_header Set-Cookie;",
		"proxy_pass_request_headers on;",
		"fastcgi_pass unix:/run/php.sock;",
		"server_tokens off;",
		`auth_basic "Restricted";`,
		"auth_basic_user_file /etc/nginx/htpasswd;",
		"ssl_password_file /etc/nginx/pass.txt;",
		"ssl_certificate_key /etc/nginx/key.pem;",
		"limit_req_zone $binary_remote_addr zone=token:10m rate=1r/s;",
		"proxy_cookie_path / /app;",
		"map $http_upgrade $connection_upgrade { default upgrade; '' close; }",
		`if ($http_cookie ~* "beta=1") { set $up beta; }`,
		`if ($arg_token = "") { return 401; }`,
		"location = /auth/token { return 204; }",
		"rewrite ^/t/(.*) /x?token=$1 break;",
		"auth_request /auth;",
		"auth_request_set $token $upstream_http_x_token;",
		"auth_jwt_key_request /_jwks_uri;",
		"auth_jwt_key_request = /_jwks_uri;",
		`auth_jwt "closed site";`,
		`auth_jwt "API" token=$cookie_x;`,
		"auth_jwt_claim_set $email info e mail;",
		"auth_jwt_location COOKIE=session_jwt;",
		`auth_jwt_loginurl "https://login.example.com/start";`,
		"license_token custom/file/path/license.jwt;",
		"access_token_location /oauth;",
		"tunnel_pass $host:$request_port;",
		"password_cmd: /usr/local/bin/ask",
		"DB_PASSWORD=/run/secrets/db",
		"server s1 10.0.0.1:80 hash-key addr-port",
		"cookie SRV insert indirect nocache",
		"http-request set-header X-Real-IP %[src]",
		"http-request set-header Authorization %[req.hdr(authorization)]",
		"acl up hdr(Upgrade) -i websocket",
		"when req.cook(session) is not empty (haproxy.cfg:9)",
		"when urlp(token) is empty: answered 401 by haproxy frontend f (http-request deny)",
		"url_param(access_token) is as long as above 10",
		"when hdr(authorization) does not hold, haproxy closes idle connections",
		"bind :443 ssl crt /etc/haproxy/cert.pem",
		"server s1 unix@/run/app.sock",
		"bind ipv4@127.0.0.1:80",
		"image: registry.example.com/app:1.2@sha256:0123456789abcdef",
		"mailto:bob@example.com",
		"password = var.db_password",
		"password = random_password.db.result",
		`password = "${var.db_password}"`,
		`secret_arn = "arn:aws:secretsmanager:eu-west-1:1:secret:x"`,
		`token = file("token.txt")`,
		"password: !Ref DBPassword",
		"password: '{{resolve:secretsmanager:db}}'",
		`"password": {"Ref": "DBPassword"}`,
		"password: null",
		"upstreams:\n- name: webapp\nroutes:\n- action:\n    pass: webapp\n",
		`{"upstreams": [{"name": "webapp"}], "action": {"pass": "webapp"}}`,
		"variable \"db_password\" {\n  type = string\n}",
		"DBPassword:\n  Type: String\n  NoEcho: true\nOther:\n  Default: plain1\n",
		`name = "web" value = "x1"`,
		"idle_timeout = 60",
		"wss://chat.example.com/ws",
		"error[idle-timeout-below-ping]: nginx closes idle connections after 60s (default proxy_read_timeout), " +
			"but pings come only every 75s",
		"the basic authentication of browsers cannot be answered",
		"Sets the Authorization header for the backend",
	} {
		if masked := string((*Secrets)(nil).Mask([]byte(text))); masked != text {
			t.Errorf("%s\nis masked as\n%s", text, masked)
		}
	}
}

func TestMask(t *testing.T) {
	const text = "password: \"pä§€𝄞w\"\nnext: 1 # pä§€𝄞w\n"
	want := "password: \"*¤¤※🔒*\"\nnext: 1 # *¤¤※🔒*\n"
	if got := string(Find([]byte(text)).Mask([]byte(text))); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestHide: a password that is a usual word is not looked for in every sentence.
func TestHide(t *testing.T) {
	s := Find([]byte("password: nginx\ntoken: hunter\nsecret: ab\n"))
	const said = "nginx closes those of hunter, not of hunters, and ab"
	const want = "nginx closes those of ***, not of hunters, and ab"
	if got := s.Hide(said); got != want {
		t.Error(got)
	}
}

// TestHideUnknown: what has the shape of a secret is hidden in a message though no file holds it, as soon as one has
// any.
func TestHideUnknown(t *testing.T) {
	s := Find([]byte("token: hunter22\n"))
	if got, want := s.Hide("it answers http://bob:n0where@a/"), "it answers http://bob:"+Mark+"@a/"; got != want {
		t.Error(got)
	}
}

func FuzzMask(f *testing.F) {
	for _, text := range shapes {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		masked := Find(src).Mask(src)
		if len(masked) != len(src) {
			t.Fatalf("%q has %d bytes, not %d", masked, len(masked), len(src))
		}
		for i, b := range src {
			if (b == '\n') != (masked[i] == '\n') {
				t.Fatalf("%q has other lines than %q", masked, src)
			}
		}
	})
}
