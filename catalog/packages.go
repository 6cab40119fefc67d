package catalog

// A Package is a dependency by which an application shows what its WebSockets are made with.
type Package struct {
	System string // whose package it is: "npm", "go", "pypi", "gem", "hex", "nuget", "maven", "composer"
	Name   string
	App    string // the name in Apps
	// Surely says that whoever depends on it serves WebSockets with it; else it may be there for a client, or for
	// something else.
	Surely bool
	// Setting is what overrides how often it pings, as code and command lines write it; "" where that cannot be set.
	Setting string
	// Millis says that a bare number of the setting is milliseconds; else it is seconds.
	Millis bool
	// From is the first major version that does what App says; 0 for every one. Socket.IO: up to 2 the client pings.
	From int
}

// Packages are those of the known applications.
var Packages = []Package{
	{System: "npm", Name: "socket.io", App: "socket.io", Surely: true, Setting: "pingInterval", Millis: true, From: 3},
	{System: "npm", Name: "sockjs", App: "sockjs", Surely: true, Setting: "heartbeat_delay", Millis: true},
	{System: "npm", Name: "ws", App: "ws"},
	{System: "npm", Name: "graphql-ws", App: "graphql-ws"},
	{System: "npm", Name: "subscriptions-transport-ws", App: "subscriptions-transport-ws"},
	{System: "npm", Name: "@microsoft/signalr", App: "signalr", Setting: "KeepAliveInterval"},
	{System: "npm", Name: "@rails/actioncable", App: "actioncable", Surely: true},
	{System: "npm", Name: "centrifuge", App: "centrifugo"},
	{System: "go", Name: "github.com/gorilla/websocket", App: "gorilla"},
	{System: "go", Name: "github.com/coder/websocket", App: "coder-websocket"},
	{System: "go", Name: "nhooyr.io/websocket", App: "coder-websocket"},
	{System: "go", Name: "github.com/centrifugal/centrifuge", App: "centrifugo", Surely: true, Setting: "PingInterval"},
	{System: "pypi", Name: "channels", App: "daphne"},
	{System: "pypi", Name: "daphne", App: "daphne", Surely: true, Setting: "ping-interval"},
	{System: "pypi", Name: "uvicorn", App: "uvicorn", Surely: true, Setting: "ws[-_]ping[-_]interval"},
	{System: "pypi", Name: "python-socketio", App: "socket.io", Surely: true, Setting: "ping_interval", From: 5},
	{System: "pypi", Name: "flask-socketio", App: "socket.io", Surely: true, Setting: "ping_interval", From: 5},
	{System: "pypi", Name: "websockets", App: "python-websockets", Setting: "ping_interval"},
	{System: "pypi", Name: "tornado", App: "tornado", Setting: "websocket_ping_interval"},
	{System: "pypi", Name: "aiohttp", App: "aiohttp", Setting: "heartbeat"},
	{System: "gem", Name: "rails", App: "actioncable"},
	{System: "gem", Name: "actioncable", App: "actioncable", Surely: true},
	{System: "hex", Name: "phoenix", App: "phoenix", Surely: true, Setting: "heartbeatIntervalMs", Millis: true},
	{System: "nuget", Name: "Microsoft.AspNetCore.SignalR", App: "signalr", Surely: true, Setting: "KeepAliveInterval"},
	{
		System: "nuget", Name: "Microsoft.AspNetCore.SignalR.Core", App: "signalr", Surely: true,
		Setting: "KeepAliveInterval",
	},
	{System: "maven", Name: "spring-boot-starter-websocket", App: "spring-stomp"},
	{System: "maven", Name: "spring-websocket", App: "spring-stomp"},
	{System: "maven", Name: "tomcat-embed-websocket", App: "tomcat"},
	{System: "maven", Name: "tomcat-websocket", App: "tomcat"},
	{System: "composer", Name: "cboden/ratchet", App: "ratchet"},
	{System: "composer", Name: "laravel/reverb", App: "reverb"},
}

// FindPackage returns the application that a dependency shows.
func FindPackage(system, name string) (Package, bool) {
	for _, p := range Packages {
		if p.System == system && p.Name == name {
			return p, true
		}
	}
	return Package{}, false
}
