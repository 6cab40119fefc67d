package nginx

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"strings"
)

// A proof is what a file of passwords says of credentials.
type proof uint8

const (
	unproved proof = iota // the file is not there to read, or has the password in a form that only crypt(3) checks
	proved
	disproved
)

// checks holds the credentials of an Authorization header against a file of passwords.
func (r *run) checks(authorization, file string) proof {
	local, shown := r.local(file)
	if !shown || r.c.tree.ReadFile == nil {
		return unproved
	}
	text, err := r.c.tree.ReadFile(local)
	if err != nil {
		return unproved // a repository without it is no server without it
	}
	scheme, coded, _ := strings.Cut(authorization, " ")
	plain, err := base64.StdEncoding.DecodeString(strings.TrimLeft(coded, " "))
	user, password, ok := strings.Cut(string(plain), ":")
	if !strings.EqualFold(scheme, "basic") || err != nil || !ok {
		return disproved
	}
	for line := range strings.Lines(string(text)) {
		name, hash, ok := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
		if !ok || name != user || strings.HasPrefix(line, "#") {
			continue
		}
		hash, _, _ = strings.Cut(hash, ":")
		return fits(hash, password)
	}
	return disproved
}

// fits reports whether a password has the hash of a file (ngx_crypt).
func fits(hash, password string) proof {
	found := func(same bool) proof {
		if same {
			return proved
		}
		return disproved
	}
	switch {
	case strings.HasPrefix(hash, "{PLAIN}"):
		return found(hash[len("{PLAIN}"):] == password)
	case strings.HasPrefix(hash, "{SHA}"):
		sum := sha1.Sum([]byte(password))
		return found(hash[len("{SHA}"):] == base64.StdEncoding.EncodeToString(sum[:]))
	case strings.HasPrefix(hash, "{SSHA}"):
		salted, err := base64.StdEncoding.DecodeString(hash[len("{SSHA}"):])
		if err != nil || len(salted) < sha1.Size {
			return unproved
		}
		sum := sha1.Sum(append([]byte(password), salted[sha1.Size:]...))
		return found(bytes.Equal(sum[:], salted[:sha1.Size]))
	}
	return unproved
}
