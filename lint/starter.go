package lint

// Starter is the configuration file that wslint config init writes: it declares nothing, and shows what can be
// declared.
const Starter = `# What wslint cannot read in configurations. docs/configuration.md explains every key.
# yaml-language-server: $schema=https://raw.githubusercontent.com/wslint/wslint/main/docs/wslint.schema.json

# The nginx whose defaults and behaviour count; unset, it is 1.22.1.
# targets: {nginx: "1.28"}

# How often the application sends something on an idle connection, or none.
# keepalive: {every: 25s, from: server}

# The ways of your WebSockets, from the browser to the application.
# paths:
#   - url: wss://chat.example.com/ws
#     through: [alb, nginx: deploy/nginx.conf]
#     app: socket.io

# rules:
#   skip: [idle-timeout-without-ping]
# fail-on: error

# ignore:
#   - {rule: zero-timeout, path: legacy/**, reason: switched off in March, until: 2027-03-31}
`
