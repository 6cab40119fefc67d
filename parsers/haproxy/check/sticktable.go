package check

import (
	"slices"
	"strings"
)

// stickTable takes the parameters of a stick-table line.
func (k *checker) stickTable() {
	sized, typed := false, false
	for k.more() {
		w := k.word()
		if !slices.Contains(tableWords, w) {
			k.unknownWord(tableWords, "stick-table: unknown argument '%s'.", w)
			return
		}
		k.at++
		switch {
		case w == "nopurge", w == "store" && !k.more():
		case !k.more():
			k.fail("stick-table: missing argument after '%s'.", w)
		case w == "type":
			typed = true
			k.tableType()
		case w == "size":
			sized = true
			if i := badSize(k.word()); i >= 0 {
				k.fail("stick-table: unexpected character '%s' in argument of 'size'.", k.word()[i:i+1])
			} else if prefixNumber(k.word()) == 0 {
				k.fail("stick-table: missing size.")
			}
			k.at++
		case w == "expire":
			k.element(element{form: ofKind, name: "time"})
		case w == "store":
			k.tableData()
		default:
			k.at++
		}
	}
	switch {
	case !sized:
		k.fail("stick-table: missing size.")
	case !typed:
		k.fail("stick-table: missing type.")
	}
}

// tableWords are what may stand in a stick-table line in 2.6.
var tableWords = []string{"type", "size", "expire", "store", "nopurge", "peers", "srvkey"}

// tableType takes what the keys of a table are.
func (k *checker) tableType() {
	types := []string{"ip", "ipv6", "integer", "string", "binary"}
	w := k.word()
	switch {
	case w == "ipv4":
		k.other(w)
		return
	case !slices.Contains(types, w):
		k.unknownWord(types, "stick-table: unknown type '%s'.", w)
		return
	}
	k.at++
	if (w == "string" || w == "binary") && k.word() == "len" {
		k.at++
		if k.more() && prefixNumber(k.word()) <= 0 {
			k.fail("stick-table: missing size after '%s'.", w)
		}
		k.at++
	}
}

// badSize is where a size stops being one, -1 when it does not: digits, and k, m or g behind them.
func badSize(w string) int {
	i := strings.IndexFunc(w, func(r rune) bool { return r < '0' || r > '9' })
	if i == len(w)-1 && i > 0 && strings.Contains("kKmMgG", w[i:]) {
		return -1
	}
	return i
}

// tableData takes what a table stores, commas between.
func (k *checker) tableData() {
	for rest := k.word(); rest != "" && !k.done; {
		end := strings.IndexAny(rest, "(,")
		name, arg, has := rest, "", false
		if end >= 0 {
			name, rest, has = rest[:end], rest[end+1:], rest[end] == '('
		} else {
			rest = ""
		}
		if has {
			closed := false
			if arg, rest, closed = strings.Cut(rest, ")"); !closed {
				k.fail("stick-table: missing closing parenthesis after store option '%s'.", name)
				return
			}
			_, rest, _ = strings.Cut(rest, ",") // HAProxy passes over what stands before it
		}
		k.stored(name, arg, has)
	}
	k.at++
}

// stored takes one thing that a table stores, and its argument.
func (k *checker) stored(name, arg string, has bool) {
	base, isRate := strings.CutSuffix(name, "_rate")
	array := name == "gpt" || base == "gpc"
	switch {
	case !isRate && !array && !slices.Contains(storedPlain, name), isRate && !array && !slices.Contains(storedRates, base):
		if elsewhere(name) {
			k.other(name)
			return
		}
		k.fail("stick-table: unknown store option '%s'.", name)
	case !has && (isRate || array):
		k.fail("stick-table: missing argument to store option '%s'.", name)
	case has && !isRate && !array:
		k.fail("stick-table: unexpected argument to store option '%s'.", name)
	case array && (prefixNumber(arg) < 1 || prefixNumber(arg) > 100):
		k.fail("stick-table: array size is out of allowed range (1-100) for store option '%s'.", name)
	case isRate && !array && badTime(arg) != "":
		k.fail("stick-table: error when processing store option '%s'.", name)
	}
}

// What a table stores in 2.6: by itself, and with a period behind it.
var (
	storedPlain = []string{
		"server_id", "server_key", "gpt0", "gpc0", "gpc1", "conn_cnt", "conn_cur", "sess_cnt", "http_req_cnt",
		"http_err_cnt", "http_fail_cnt", "bytes_in_cnt", "bytes_out_cnt",
	}
	storedRates = []string{
		"gpc0", "gpc1", "conn", "sess", "http_req", "http_err", "http_fail", "bytes_in", "bytes_out",
	}
)
