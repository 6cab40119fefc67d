# An image of one static binary. It is not built in CI, which has no Docker engine; a test runs its build command.
# The digest of the base image cannot be learnt where this file is written: to pin it, a maintainer appends what
# `docker buildx imagetools inspect golang:1.26.8-bookworm --format "{{.Manifest.Digest}}"` prints: FROM golang:1.26.8-bookworm@sha256:…
FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -tags=urfave_cli_no_docs -ldflags=-s -o /wslint ./cmd/wslint

FROM scratch
# wslint audit speaks HTTPS.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /wslint /wslint
# Nobody.
USER 65534:65534
WORKDIR /src
ENTRYPOINT ["/wslint"]
