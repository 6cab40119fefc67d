package conf

import (
	"iter"
	"strings"
	"sync"
)

// valued are the parameters of bind and server lines that one word follows, in any version: a server whose cookie is
// "ssl" speaks no TLS.
var valued = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(valuedWords) {
		m[w] = true
	}
	return m
})

const valuedWords = "accept-netscaler-cip addr agent-addr agent-inter agent-port agent-send alpn backlog ca-file " +
	"ca-ignore-err ca-sign-file ca-sign-pass ca-verify-file cc check-alpn check-pool-conn-name check-proto " +
	"check-sni ciphers ciphersuites client-sigalgs cookie crl-file crt crt-base crt-ignore-err crt-list " +
	"curves default-crt downinter ecdhe error-limit expose-fd fall fastinter gid group guid guid-prefix " +
	"hash-key healthcheck id idle-ping init-addr init-state inter interface ktls label level log-bufsize " +
	"log-proto max-reuse maxconn maxqueue minconn mode mss name namespace nbconn nice npn observe on-error " +
	"on-marked-down on-marked-up pool-conn-name pool-low-conn pool-max-conn pool-purge-delay port process " +
	"proto proxy-v2-options quic-cc-algo quic-socket redir resolve-net resolve-opts resolve-prefer resolvers " +
	"rise severity-output shard shards sigalgs slowstart sni socks4 source ssl-max-ver ssl-min-ver tcp-md5sig " +
	"tcp-ss tcp-ut thread tls-ticket-keys track uid user usesrc verify verifyhost weight ws"

// Parameters are those of a bind or server line, or of one like it, each with the word that is its value; the zero Word
// for one that has none.
func Parameters(words []Word) iter.Seq2[*Word, Word] {
	return func(yield func(*Word, Word) bool) {
		for i := 0; i < len(words); i++ {
			p, value := &words[i], Word{}
			if (valued()[p.Value] || strings.HasPrefix(p.Value, "set-proxy-v2-tlv-fmt(")) && i+1 < len(words) {
				i++
				value = words[i]
			}
			if !yield(p, value) {
				return
			}
		}
	}
}

// Parameters are those of a line that has such: what stands behind the keyword, and behind names and addresses.
func (l *Line) Parameters() iter.Seq2[*Word, Word] {
	from := 1
	switch l.Arg(0) {
	case "bind":
		from = 2
	case "server":
		from = 3
	case "server-template":
		from = 4
	}
	return Parameters(l.Rest(from))
}
