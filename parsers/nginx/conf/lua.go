package conf

import (
	"strings"
)

// luaSuffix ends the names of the directives whose block is Lua code and not configuration.
const luaSuffix = "_by_lua_block"

// luaEnd returns the offset of the brace that closes the Lua code which begins at from, or -1 if there is none. As
// the Lua module does, it counts braces outside of comments, quoted strings and long brackets; a quote without a
// partner on its line is no string.
func luaEnd(src string, from int) int {
	depth := 1
	for i := from; i < len(src); {
		switch src[i] {
		case '{':
			depth++
		case '}':
			depth--
			if depth == 0 {
				return i
			}
		case '"', '\'':
			i = luaString(src, i)
			continue
		case '[':
			if end, ok := longBracket(src, i); ok {
				i = end
				continue
			}
		case '-':
			if i+1 < len(src) && src[i+1] == '-' {
				i = luaComment(src, i)
				continue
			}
		}
		i++
	}
	return -1
}

// luaString returns the offset behind the string that opens at i, or behind the quote when it is not closed on its
// line.
func luaString(src string, i int) int {
	for p := i + 1; p < len(src) && src[p] != '\n'; p++ {
		switch src[p] {
		case src[i]:
			return p + 1
		case '\\':
			if p+1 < len(src) && src[p+1] == '\n' {
				return i + 1
			}
			p++
		}
	}
	return i + 1
}

// luaComment returns the offset behind the comment that begins at i: the long bracket or the line.
func luaComment(src string, i int) int {
	if end, ok := longBracket(src, i+2); ok {
		return end
	}
	n := strings.IndexByte(src[i:], '\n')
	if n < 0 {
		return len(src)
	}
	return i + n
}

// longBracket returns the offset behind the long bracket that opens at i, if one does: [[ … ]], [=[ … ]=]. One that
// is never closed goes on to the end of the source.
func longBracket(src string, i int) (end int, ok bool) {
	if i >= len(src) || src[i] != '[' {
		return 0, false
	}
	p := i + 1
	for p < len(src) && src[p] == '=' {
		p++
	}
	if p >= len(src) || src[p] != '[' {
		return 0, false
	}
	closing := "]" + src[i+1:p] + "]"
	n := strings.Index(src[p+1:], closing)
	if n < 0 {
		return len(src), true
	}
	return p + 1 + n + len(closing), true
}
