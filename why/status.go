package why

import (
	"slices"

	"github.com/wslint/wslint/hop"
)

// A cause is one reason for which a hop answers a handshake with a status.
type cause struct {
	hop    string // a known hop, "nginx", "application", or "any proxy"
	weight int    // by how often it is the reason, 10 at most
	reason string
	cure   string
	rule   string // that finds it in configurations
}

const (
	application = "application"
	anyProxy    = "any proxy"
)

var redirects = []cause{
	{
		anyProxy,
		9,
		"redirects http to https, or one name to another: browsers do not follow that for a WebSocket",
		"connect to the wss: URL that it redirects to",
		"",
	},
	{
		"nginx",
		8,
		"adds the slash that `location /ws/` asks for: with proxy_pass, /ws is answered 301 to /ws/",
		"write `location /ws`, or let clients ask for /ws/",
		"redirect-on-websocket-path",
	},
	{
		"aws-alb",
		6,
		"has a redirect action on the listener, or one that authenticates and sends to a login",
		"put a forward rule for the path above it",
		"",
	},
	{application, 5, "redirects to a login, or adds or removes a slash", "let it answer the WebSocket's path itself", ""},
}

// noWebSocketHeaders is what CloudFront does unless it is told otherwise (catalog, aws-cloudfront).
var noWebSocketHeaders = cause{
	"aws-cloudfront",
	4,
	"forwards no Sec-WebSocket-Key or -Version: its cache behavior does not pass the viewer's headers on",
	"give the behavior the origin request policy AllViewer, or list both headers in its own",
	"",
}

// causes are the statuses that a handshake is answered with. Sources: for nginx the laws measured on 1.22 to 1.31,
// for AWS the vendor's pages on load balancer errors, for servers what nine of them were measured to answer.
var causes = map[int][]cause{
	101: {
		{
			anyProxy,
			8,
			"hides or doubles a header of the 101: Upgrade, Sec-WebSocket-Accept, Sec-WebSocket-Protocol",
			"let them through untouched",
			"handshake-header-hidden",
		},
		{
			application,
			7,
			"does not confirm the subprotocol that was asked for, or names one where none was: Chromium fails the " +
				"connection, Firefox opens it",
			"let server and client agree on one",
			"",
		},
		{
			anyProxy,
			3,
			"sends another Sec-WebSocket-Key than the client's, so that the answer is wrong for it",
			"pass the key on",
			"",
		},
	},
	200: {
		{
			anyProxy,
			8,
			"sends the path to something that is no WebSocket server: a web page, the index.html of a single page application",
			"look up with `wslint trace` who answers the path",
			"",
		},
		{
			application,
			7,
			"got no Upgrade header, or Connection without upgrade, and took the request for an ordinary one",
			"pass both on",
			"upgrade-not-forwarded",
		},
		{
			"aws-clb",
			6,
			"has an HTTP or HTTPS listener, which does not pass Upgrade on",
			"make it TCP or SSL, or use an Application Load Balancer",
			"",
		},
	},
	301: redirects, 302: redirects, 303: redirects, 307: redirects, 308: redirects,
	400: {
		{
			application,
			10,
			"got no Upgrade header, or Connection without upgrade: a proxy in front does not pass them on",
			"set both at every proxy: each hop needs its own",
			"upgrade-not-forwarded",
		},
		{
			application,
			8,
			"does not know the session: requests of one client reach different servers (Socket.IO, SockJS, SignalR)",
			"make the load balancer sticky, or use the websocket transport alone",
			"no-session-affinity",
		},
		{
			"nginx",
			7,
			"got a PROXY protocol header that it does not expect, or plain HTTP on a TLS port",
			"match `listen … proxy_protocol` and `ssl` with what is in front",
			"proxy-protocol-mismatch",
		},
		{
			application,
			5,
			"got HTTP/1.0, two Upgrade lines, or no Sec-WebSocket-Key or -Version",
			"set proxy_http_version 1.1, and each header once",
			"http-1.0-to-backend",
		},
		{
			"nginx",
			4,
			"got a header line beyond large_client_header_buffers, 8k by default: a large cookie",
			"shrink the cookie, or raise the buffers",
			"",
		},
		noWebSocketHeaders,
		{
			"aws-alb",
			4,
			"forwards to a Lambda target, got a request over its limits, or is in strictest desync mode",
			"forward to instances or addresses",
			"",
		},
		{
			"aws-clb",
			4,
			"has an HTTP or HTTPS listener, which does not pass Upgrade on",
			"make it TCP or SSL, or use an Application Load Balancer",
			"",
		},
	},
	401: {
		{
			anyProxy,
			7,
			"wants a login (auth_basic, auth_request, authenticate or jwt-validation at an ALB): a page cannot set headers " +
				"on a WebSocket",
			"exempt the path, and check a token from cookie, query or first message",
			"",
		},
		{
			application,
			7,
			"does not accept the token or the cookie; cookies with SameSite do not travel to other sites",
			"look into its log",
			"",
		},
	},
	403: {
		{
			application,
			9,
			"compares Origin with Host, and a proxy rewrote Host (nginx does, unless told otherwise)",
			"proxy_set_header Host $http_host, or allow the origin",
			"",
		},
		{
			anyProxy,
			7,
			"is a firewall (WAF) that dislikes the request: a long query string, a missing User-Agent",
			"make an exception for the path, and move the token out of the URL",
			"",
		},
		{
			"nginx",
			5,
			"denies the address or the request: deny, satisfy, valid_referers, auth_request",
			"look up with `wslint trace --client ADDRESS` which rule it is",
			"",
		},
	},
	404: {
		{
			"nginx",
			9,
			"looks elsewhere: another location or server answers, a rewrite or the URI part of proxy_pass changed the path",
			"follow it with `wslint trace`",
			"",
		},
		{
			application,
			7,
			"got another path than it serves: a prefix was cut off, or not; `/socket.io/` is not `/socket.io`",
			"compare its path with what `wslint trace` says it receives",
			"",
		},
		{
			"aws-alb",
			5,
			"has no rule for the host and path, and the default action answers; paths are case-sensitive, /ws* is not /ws/*",
			"add a rule",
			"",
		},
	},
	405: {
		{application, 6, "got another method than GET", "pass the method on", ""},
		{"nginx", 4, "serves the path from files", "add proxy_pass to its location", ""},
	},
	408: {
		{"aws-alb", 6, "got nothing within its idle timeout", "look for a client that connects and does not ask", ""},
		{
			"haproxy",
			5,
			"waited for the request for timeout http-request",
			"look for a client that connects and does not ask",
			"",
		},
		{"envoy", 4, "reached stream_idle_timeout before there were headers", "look for what hangs behind it", ""},
	},
	414: {
		{
			"nginx",
			6,
			"got a request line beyond large_client_header_buffers, 8k by default: a token in the query",
			"send the token in the first message",
			"",
		},
	},
	426: {
		{
			application,
			9,
			"got HTTP/1.0: nginx before 1.29.7 sends it unless told otherwise",
			"set proxy_http_version 1.1",
			"http-1.0-to-backend",
		},
		{
			application,
			8,
			"got no Upgrade header, or Connection without upgrade",
			"set both at every proxy",
			"upgrade-not-forwarded",
		},
		noWebSocketHeaders,
		{application, 3, "speaks another Sec-WebSocket-Version than 13", "update the client", ""},
	},
	429: {
		{
			anyProxy,
			8,
			"limits the rate of requests: clients that reconnect all at once run into it",
			"let them wait a random and growing time, or exempt the path",
			"",
		},
	},
	431: {{application, 6, "got more headers than it takes: cookies, mostly", "shrink them", ""}},
	460: {
		{
			"aws-alb",
			8,
			"lost the client before its idle timeout: the handshake took longer than the client waits",
			"find out what hangs behind it",
			"",
		},
	},
	463: {
		{"aws-alb", 9, "got an X-Forwarded-For with more than 30 addresses", "remove or preserve the header in front", ""},
	},
	464: {
		{
			"aws-alb",
			9,
			"forwards to a target group for HTTP/2 or gRPC, which takes no HTTP/1.1, and a WebSocket is HTTP/1.1",
			"make a target group with protocol version HTTP1, and a rule for the path",
			"",
		},
	},
	499: {
		{
			"client",
			8,
			"gave up before the answer came; only nginx's log has this status",
			"find out what the application does with the handshake",
			"",
		},
	},
	500: {
		{
			"nginx",
			6,
			"ran out of worker_connections (two for each tunnel), went round in rewrites, or auth_request failed",
			"look into its error log",
			"tunnel-capacity",
		},
		{application, 6, "failed while it handled the handshake", "look into its log", ""},
		{"aws-alb", 3, "could not ask its firewall (WAF) or its identity provider", "look at error_reason in its log", ""},
	},
	501: {
		{application, 4, "does not know what was asked of it: it is no WebSocket server", "check where the path leads", ""},
	},
	502: {
		{
			"nginx",
			9,
			"could not connect, or the other end closed without an answer: the server is down, http where it speaks https, " +
				"or the reverse",
			"look for \"upstream\" in its error log",
			"",
		},
		{
			"aws-alb",
			7,
			"got a reset, a broken answer or a TLS failure from the target, or the target closed a kept connection first",
			"let targets keep connections longer than the idle timeout of the load balancer",
			"stale-connection-reused",
		},
		{"haproxy", 5, "got an invalid answer, or the server closed first", "look at the termination state in its log", ""},
		{
			"nginx",
			4,
			"got a 101 with more headers than proxy_buffer_size holds, found no resolver for a name in a variable, or " +
				"no local port",
			"look into its error log",
			"",
		},
		{"iis-arr", 2, "has no WebSocket feature installed", "install it", ""},
	},
	503: {
		{
			"aws-alb",
			8,
			"has no healthy target: health checks do not speak WebSocket, and a WebSocket path answers them 400 or 426",
			"give health checks a path of their own",
			"",
		},
		{"haproxy", 7, "has no server that is up, or its queue is full", "look at the termination state in its log", ""},
		{
			"nginx",
			6,
			"limits: limit_conn counts a tunnel for its whole life, limit_req refuses quick reconnects",
			"raise them for this path",
			"",
		},
		{application, 4, "is starting, stopping or overloaded", "look into its log", ""},
		{
			"heroku",
			3,
			"has no running dyno, or the connection was idle (H15, H28 in its log)",
			"look for the code in its log",
			"",
		},
	},
	504: {
		{
			"nginx",
			9,
			"got no answer within proxy_read_timeout, or no connection within proxy_connect_timeout, 60s each by default",
			"find out what the application does with the handshake, and whether a firewall drops packets",
			"",
		},
		{
			"aws-alb",
			8,
			"could not connect to the target within 10s, or got no answer within the idle timeout",
			"check the security groups, then the application",
			"",
		},
		{"haproxy", 6, "got no answer within timeout server", "find out what the application does with the handshake", ""},
		{
			"aws-cloudfront",
			5,
			"got no answer from the origin within its read timeout, 30s by default",
			"find out what the origin does with the handshake",
			"",
		},
		{"gcp-cloud-run", 3, "reached the request timeout", "raise it, or reconnect", ""},
	},
	505: {
		{
			application,
			8,
			"takes no HTTP/1.0: nginx before 1.29.7 sends it unless told otherwise",
			"set proxy_http_version 1.1",
			"http-1.0-to-backend",
		},
	},
	561: {{"aws-alb", 8, "got an error from the identity provider", "look at error_reason in its log", ""}},
}

// statuses takes up the causes of the status. What a given configuration predicts is told apart; a proxy whose
// configuration is given and predicts something else is not suspected.
func (a *Answer) statuses(paths []*hop.Path) {
	onPath := slices.ContainsFunc(a.Suspects, Suspect.Given)
	for _, c := range causes[a.Symptom.Status] {
		s := Suspect{Name: c.hop, Likelihood: Likely, Reason: c.reason, Cure: c.cure, Rule: c.rule, weight: 10 * c.weight}
		if onPath || a.given(paths, c.hop) {
			s.Likelihood = Possible
		}
		a.add(s)
	}
}
