package catalog

import "github.com/wslint/wslint/hop"

const (
	polling   = "it begins with HTTP long polling, whose requests belong to a session of one server"
	negotiate = "it begins with a negotiate request, whose connection id one server knows"
)

// Apps are all known applications, sorted by name. A source is the version whose code says so, or the vendor's page.
var Apps = []App{
	{Name: "actioncable", Paths: []string{"/cable"}, Aliases: []string{"action-cable"}, What: "Rails Action Cable", Every: 3 * second, From: hop.Server, Kind: "message", Timeout: 6 * second,
		Source: "source of actioncable 6.1 and 8.1"},
	{Name: "aiohttp", What: "aiohttp", Note: "heartbeat is off by default", Source: "source of aiohttp 3.8"},
	{Name: "aspnet-websockets", What: "ASP.NET Core WebSockets without SignalR", Every: 120 * second, From: hop.Server, Kind: "pong", Source: "learn.microsoft.com"},
	{Name: "centrifugo", Paths: []string{"/connection/websocket"}, What: "Centrifugo", Every: 25 * second, From: hop.Server, Kind: "message", Answered: true, Source: "source of centrifuge 0.35"},
	{Name: "coder-websocket", What: "Go, github.com/coder/websocket", Source: "source of coder/websocket 1.8.15"},
	{Name: "daphne", Aliases: []string{"django-channels"}, What: "Daphne, Django Channels", Every: 20 * second, From: hop.Server, Kind: "ping", Timeout: 30 * second,
		Life: 24 * hour, Note: "websocket_timeout ends every connection after a day", Source: "source of daphne 4.0"},
	{Name: "dotnet-client", What: ".NET ClientWebSocket", Every: 30 * second, From: hop.Client, Kind: "pong", Source: "learn.microsoft.com"},
	{Name: "gorilla", What: "Go, github.com/gorilla/websocket", Source: "source of gorilla/websocket 1.5.3"},
	{Name: "gorilla-example", What: "gorilla/websocket, as its chat example does it", Every: 54 * second, From: hop.Server, Kind: "ping", Timeout: 60 * second,
		Source: "source of gorilla/websocket 1.5.3"},
	{Name: "graphql-ws", What: "graphql-ws", Every: 12 * second, From: hop.Server, Kind: "ping", Timeout: 12 * second, Source: "source of graphql-ws 6.4.2"},
	{Name: "jetty10", Aliases: []string{"jetty11", "jetty12"}, What: "Jetty 10 to 12", SelfIdle: 30 * second, Code: 1001, Source: "issues.apache.org/jira/browse/AMQ-9432"},
	{Name: "jetty9", What: "Jetty 9.4", SelfIdle: 300 * second, Code: 1001, Source: "measured: github.com/VirtualFlyBrain/geppetto-vfb/issues/1764"},
	{Name: "mattermost", Paths: []string{"/api/v4/websocket"}, What: "Mattermost server", Every: 60 * second, From: hop.Server, Kind: "ping", Source: "github.com/mattermost/docs/issues/8929"},
	{Name: "phoenix", Paths: []string{"/live/websocket", "/socket/websocket"}, Aliases: []string{"phoenix-channels", "liveview"}, What: "Phoenix channels and LiveView", Every: 30 * second, From: hop.Client, Kind: "message", Answered: true,
		Source: "source of phoenix 1.8.16"},
	{Name: "python-websockets", What: "Python websockets", Every: 20 * second, From: hop.Server, Kind: "ping", Timeout: 20 * second, Source: "source of websockets 10.4"},
	{Name: "signalr", Paths: []string{"/signalr", "/notifications/hub"}, What: "ASP.NET Core SignalR", Every: 15 * second, From: hop.Server, Kind: "message", Timeout: 30 * second, Sticky: negotiate,
		Source: "learn.microsoft.com; source of @microsoft/signalr 10.0.11"},
	{Name: "socket.io", Paths: []string{"/socket.io", "/engine.io"}, Aliases: []string{"socketio", "engine.io"}, What: "Socket.IO 3 and later", Every: 25 * second, From: hop.Server, Kind: "message", Answered: true,
		Timeout: 20 * second, Sticky: polling, Source: "source of engine.io 6.6.12"},
	{Name: "sockjs", Paths: []string{"/sockjs", "/sockjs-node"}, What: "SockJS", Every: 25 * second, From: hop.Server, Kind: "message", Sticky: polling, Source: "source of sockjs-node 0.3.24"},
	{Name: "spring-stomp", What: "Spring STOMP over WebSocket", Note: "heartbeats only with a TaskScheduler", Source: "docs.spring.io"},
	{Name: "subscriptions-transport-ws", What: "subscriptions-transport-ws", Note: "keepAlive is off by default", Source: "source of subscriptions-transport-ws 0.11.0"},
	{Name: "tomcat", What: "Apache Tomcat", Source: "tomcat.apache.org"},
	{Name: "tornado", What: "Tornado", Note: "websocket_ping_interval is off by default", Source: "source of tornado 6.2"},
	{Name: "uvicorn", Aliases: []string{"fastapi", "starlette"}, What: "uvicorn, with FastAPI or Starlette", Every: 20 * second, From: hop.Server, Kind: "ping", Timeout: 20 * second,
		Source: "source of uvicorn 0.17"},
	{Name: "ws", What: "Node.js ws", Note: "answers pings and sends none", Source: "source of ws 8.23.0"},
}
