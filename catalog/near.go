package catalog

import (
	"slices"
	"strings"
)

// frameworks are what applications are written with, and which known applications serve their WebSockets.
var frameworks = map[string][]string{
	"express": {"socket.io", "ws"}, "koa": {"socket.io", "ws"}, "fastify": {"ws", "socket.io"},
	"nestjs": {"socket.io", "ws"}, "nest": {"socket.io", "ws"}, "node": {"ws", "socket.io"}, "nodejs": {"ws", "socket.io"},
	"nextjs": {"ws", "socket.io"}, "next": {"ws", "socket.io"}, "apollo": {"graphql-ws", "subscriptions-transport-ws"},
	"hasura": {"graphql-ws"}, "rails": {"actioncable"}, "ruby": {"actioncable"}, "django": {"daphne", "uvicorn"},
	"flask": {"socket.io"}, "sanic": {"python-websockets"},
	"python":  {"uvicorn", "python-websockets", "tornado", "aiohttp"},
	"jupyter": {"tornado"}, "spring": {"spring-stomp", "tomcat"}, "spring-boot": {"spring-stomp", "tomcat"},
	"java": {"tomcat", "jetty10", "spring-stomp"}, "jetty": {"jetty10", "jetty9"}, "go": {"gorilla", "coder-websocket"},
	"golang": {"gorilla", "coder-websocket"}, "gin": {"gorilla", "coder-websocket"}, "elixir": {"phoenix"},
	"dotnet": {"signalr", "aspnet-websockets"}, "aspnet": {"signalr", "aspnet-websockets"},
	"websocket": {"ws", "gorilla", "python-websockets"}, "websockets": {"python-websockets", "ws"},
}

// AppsOf are the known applications that serve the WebSockets of what is written with a framework or a language; none
// for one that nobody knows.
func AppsOf(framework string) []string {
	name := strings.TrimSuffix(strings.ToLower(framework), ".js")
	return slices.Clone(frameworks[name])
}

// places are where applications run, and what people call them: a path needs no entry for these.
var places = []string{
	"ecs", "ecs-service", "fargate", "eks", "ec2", "k8s", "kubernetes", "pod", "lambda", "beanstalk", "docker",
	"container",
	"app", "application", "backend", "server", "service", "api", "origin", "upstream", "target", "target-group",
}

// IsApplication reports whether a name is that of an application, or of where one runs, and not of a hop.
func IsApplication(name string) bool {
	kind, _, _ := strings.Cut(strings.ToLower(name), "/")
	if _, isHop := FindHop(kind); isHop {
		return false
	}
	_, isApp := FindApp(kind)
	return isApp || slices.Contains(places, kind) || len(AppsOf(kind)) > 0
}
