package awstest

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// When applies a fault to the calls that match.
func When(match func(r *Request) bool, fault Layer) Layer {
	return func(next Handler) Handler {
		broken := fault(next)
		return func(w http.ResponseWriter, r *Request) {
			if match(r) {
				broken(w, r)
				return
			}
			next(w, r)
		}
	}
}

// InRegion matches the load balancers' calls in one region; "" is any.
func InRegion(region string) func(r *Request) bool {
	return func(r *Request) bool {
		return r.Service == "elasticloadbalancing" && (region == "" || r.Region == region)
	}
}

// Action matches one action.
func Action(name string) func(r *Request) bool {
	return func(r *Request) bool { return r.Action == name }
}

// Every matches every n-th call that match matches.
func Every(n int64, match func(r *Request) bool) func(r *Request) bool {
	var i atomic.Int64
	return func(r *Request) bool { return match(r) && i.Add(1)%n == 0 }
}

// After matches all calls that match matches but the first n.
func After(n int64, match func(r *Request) bool) func(r *Request) bool {
	var i atomic.Int64
	return func(r *Request) bool { return match(r) && i.Add(1) > n }
}

// Error answers with an error of the API.
func Error(status int, code, message string) Layer {
	return func(Handler) Handler {
		return func(w http.ResponseWriter, r *Request) { Fail(w, r, status, code, message) }
	}
}

// Body answers with the given text.
func Body(status int, contentType, text string) Layer {
	return func(Handler) Handler {
		return func(w http.ResponseWriter, _ *Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(status)
			w.Write([]byte(text))
		}
	}
}

// Reset ends the connection without an answer.
func Reset(Handler) Handler {
	return func(http.ResponseWriter, *Request) { panic(http.ErrAbortHandler) }
}

// Hang answers nothing until the client goes.
func Hang(Handler) Handler {
	return func(_ http.ResponseWriter, r *Request) { <-r.HTTP.Context().Done() }
}

// Truncate sends the first half of the answer: with the whole length announced, or without.
func Truncate(announced bool) Layer {
	return func(next Handler) Handler {
		return func(w http.ResponseWriter, r *Request) {
			whole := httptest.NewRecorder()
			next(whole, r)
			text := whole.Body.String()
			if announced {
				w.Header().Set("Content-Length", "100000")
			}
			w.Write([]byte(text[:len(text)/2]))
			if announced {
				http.NewResponseController(w).Flush()
				panic(http.ErrAbortHandler)
			}
		}
	}
}

// StuckMarker puts the same marker into every page.
func StuckMarker(next Handler) Handler {
	return marked(next, func() string { return "again" })
}

// Endless gives the same page again and again, each time with another marker.
func Endless(next Handler) Handler {
	var i atomic.Int64
	return marked(next, func() string { return "0" + strconv.FormatInt(i.Add(1), 10) })
}

func marked(next Handler, marker func() string) Handler {
	return func(w http.ResponseWriter, r *Request) {
		whole := httptest.NewRecorder()
		r.Params.Del("Marker")
		next(whole, r)
		w.Write([]byte(strings.Replace(whole.Body.String(), "Result>", "Result><NextMarker>"+marker()+"</NextMarker>", 1)))
	}
}

// Drip sends the answer byte by byte, d apart, until the client goes.
func Drip(d time.Duration) Layer {
	return func(next Handler) Handler {
		return func(w http.ResponseWriter, r *Request) {
			whole := httptest.NewRecorder()
			next(whole, r)
			for _, b := range whole.Body.Bytes() {
				w.Write([]byte{b})
				http.NewResponseController(w).Flush()
				select {
				case <-time.After(d):
				case <-r.HTTP.Context().Done():
					return
				}
			}
		}
	}
}

// Redirect sends the client elsewhere.
func Redirect(status int, to string) Layer {
	return func(Handler) Handler {
		return func(w http.ResponseWriter, _ *Request) {
			w.Header().Set("Location", to)
			w.WriteHeader(status)
		}
	}
}

// AnswerOf answers with the result of another action.
func AnswerOf(action string) Layer {
	return func(next Handler) Handler {
		return func(w http.ResponseWriter, r *Request) {
			other := *r
			other.Action = action
			next(w, &other)
		}
	}
}

// Throttle is AWS's documented limit: a bucket of 40 tokens for each account, region and version of the API, refilled
// by 10 a second.
func Throttle(next Handler) Handler {
	type bucket struct {
		tokens float64
		last   time.Time
	}
	var mu sync.Mutex
	buckets := map[string]*bucket{}
	return func(w http.ResponseWriter, r *Request) {
		if r.Service != "elasticloadbalancing" {
			next(w, r)
			return
		}
		mu.Lock()
		key := r.Account + r.Region + r.Params.Get("Version")
		b := buckets[key]
		now := time.Now()
		if b == nil {
			b = &bucket{40, now}
			buckets[key] = b
		}
		b.tokens, b.last = min(40, b.tokens+now.Sub(b.last).Seconds()*10), now
		ok := b.tokens >= 1
		if ok {
			b.tokens--
		}
		mu.Unlock()
		if !ok {
			Fail(w, r, http.StatusBadRequest, "Throttling", "Rate exceeded")
			return
		}
		next(w, r)
	}
}
