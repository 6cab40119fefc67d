package redact

import (
	"slices"
	"strings"
	"unicode"
)

// secretParts are the words by which names say that what they hold is secret, as parts of names: DB_PASSWORD.
var secretParts = []string{
	"password", "passwd", "passwort", "pwd", "passphrase", "secret", "secrets", "token", "apikey", "credential",
	"credentials", "authorization", "bearer", "jwt", "hmac", "psk", "insecurepassword",
}

// secretPairs do so together: api_key, SecretAccessKey.
var secretPairs = []string{
	"api key", "access key", "private key", "secret key", "account key", "shared key", "encryption key", "signing key",
	"auth key", "master key", "license key", "session id", "session key", "origin verify", "connection string",
	"shared access", "pre shared", "cookie secret", "webhook url", "hash key", "sas url",
}

// plainEnds end names of what is told about a secret, and is none: ssl_password_file, token_endpoint.
var plainEnds = []string{
	"file", "files", "path", "dir", "name", "arn", "arns", "length", "policy", "ttl", "expiry", "expiration", "type",
	"count",
	"enabled", "timeout", "age", "uri", "header", "headers", "endpoint", "rotation", "version", "lifetime", "required",
	"method", "format", "algorithm", "bits", "size", "zone", "timeouts", "field", "valid", "validity", "hint", "issuer",
	// auth_jwt_key_request and the like name what is asked, where a token is looked for, what is done about it.
	"request", "location", "redirect", "loginurl", "cache", "leeway", "claim", "claims", "set", "require", "keyfile",
	"cmd", "command", "cert", "certs", "alg", "algorithms", "variable", "prefix", "provider", "audience", "scope",
	"mode", "host", "port", "server", "db", "database", "table", "column", "attribute",
}

// passingOn are what stands before "pass" in directives that pass requests on.
var passingOn = []string{"proxy", "fastcgi", "uwsgi", "scgi", "grpc", "memcached", "by", "auth", "tunnel"}

// isSecret reports whether a name says that its value is secret.
func isSecret(name string) bool {
	parts := partsOf(name)
	if len(parts) == 0 || name == "auth_jwt" { // a directive whose value is shown to clients
		return false
	}
	last := len(parts) - 1
	if last > 0 && slices.Contains(plainEnds, parts[last]) {
		return false
	}
	if parts[last] == "pass" && (last == 0 || !slices.Contains(passingOn, parts[last-1])) {
		return true
	}
	for i, p := range parts {
		if slices.Contains(secretParts, p) || i > 0 && slices.Contains(secretPairs, parts[i-1]+" "+p) {
			return true
		}
	}
	return false
}

// isSecretHeader does so for the name of a header, a cookie or a parameter.
func isSecretHeader(name string) bool {
	if isSecret(name) {
		return true
	}
	parts := partsOf(name)
	for i, p := range parts {
		switch p {
		case "auth", "cookie", "session", "sessionid", "sid", "phpsessid", "jsessionid", "signature", "verify":
			return true
		case "key":
			// Sec-WebSocket-Key is sent by every browser.
			if i > 0 && parts[0] == "x" {
				return true
			}
		}
	}
	return false
}

// partsOf are the words of a name, in small letters: SecretAccessKey is secret, access, key.
func partsOf(name string) (parts []string) {
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			parts = append(parts, strings.ToLower(b.String()))
			b.Reset()
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
			continue
		case unicode.IsUpper(r) && i > 0 &&
			(unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]) && unicode.IsUpper(runes[i-1])):
			flush()
		}
		b.WriteRune(r)
	}
	flush()
	return parts
}
