package conf

import (
	"strings"
	"sync"
	"time"
)

// A Scalar names a directive whose nearest level decides, and the type of its value, which is what Spec.Value reads
// by the kind that the table gives it: whoever looks for proxy_read_timeout finds the way from the table by the
// handle to its use.
type Scalar[T any] string

// A List names a directive, or several with a blank between them that share one list, of which the nearest level that
// has some decides.
type List string

// Read is the value that d gives; ok is false when nginx would not take it.
func (k Scalar[T]) Read(d *Directive) (value T, ok bool) {
	for _, s := range Specs(string(k)) {
		if !s.Fits(len(d.Args)) {
			continue
		}
		if v, _, problem := s.Value(d, Version{}); problem == "" {
			if value, ok = v.(T); ok {
				return value, true
			}
		}
	}
	return value, false
}

// Default is what holds where the directive is not written, in version v, or in the last one of its Changes that is, as
// later says: the zero value where the table does not say that.
func (k Scalar[T]) Default(v Version, later func(Version) bool) (value T) {
	specs := Specs(string(k))
	for _, since := range changes(specs) {
		if !later(since) {
			break
		}
		v = since
	}
	for _, s := range specs {
		if f := s.fallback(v); f != nil {
			for _, x := range f.values {
				if value, ok := x.(T); ok {
					return value
				}
			}
			return value
		}
	}
	return value
}

// Changes are the versions from which on there is another default, from old to new.
func (k Scalar[T]) Changes() []Version { return changes(Specs(string(k))) }

func changes(specs []*Spec) (since []Version) {
	for _, s := range specs {
		for _, f := range s.defaults {
			if !f.since.IsZero() {
				since = append(since, f.since)
			}
		}
	}
	return since
}

// Rare reports whether an include that could not be read is taken not to hold it.
func (k Scalar[T]) Rare() bool { return rare(string(k)) }

// Names are the directives of the list.
func (k List) Names() []string { return strings.Fields(string(k)) }

// Has reports whether a directive is of the list.
func (k List) Has(name string) bool {
	for n := range strings.SplitSeq(string(k), " ") {
		if n == name {
			return true
		}
	}
	return false
}

// Single reports whether the list has one directive.
func (k List) Single() bool { return strings.IndexByte(string(k), ' ') < 0 }

// Rare reports whether an include that could not be read is taken to hold none of them.
func (k List) Rare() bool {
	first, _, _ := strings.Cut(string(k), " ")
	return rare(first)
}

func rare(name string) bool {
	specs := Specs(name)
	return len(specs) > 0 && specs[0].Rare
}

// The directives of http that the evaluator reads.
const (
	ClientHeaderBufferSize   Scalar[int64]         = "client_header_buffer_size"
	IgnoreInvalidHeaders     Scalar[bool]          = "ignore_invalid_headers"
	KeepaliveTimeout         Scalar[time.Duration] = "keepalive_timeout"
	LargeClientHeaderBuffers Scalar[Buffers]       = "large_client_header_buffers"
	MergeSlashes             Scalar[bool]          = "merge_slashes"
	SSL                      Scalar[bool]          = "ssl"
	SSLRejectHandshake       Scalar[bool]          = "ssl_reject_handshake"
	SSLVerifyClient          Scalar[string]        = "ssl_verify_client"
	UnderscoresInHeaders     Scalar[bool]          = "underscores_in_headers"

	AuthBasic         Scalar[Word]   = "auth_basic"
	AuthBasicUserFile Scalar[Word]   = "auth_basic_user_file"
	AuthRequest       Scalar[Word]   = "auth_request"
	RealIPHeader      Scalar[Word]   = "real_ip_header"
	RealIPRecursive   Scalar[bool]   = "real_ip_recursive"
	Satisfy           Scalar[string] = "satisfy"

	Autoindex            Scalar[bool]  = "autoindex"
	FastCGIIndex         Scalar[Word]  = "fastcgi_index"
	FastCGISplitPathInfo Scalar[Word]  = "fastcgi_split_path_info"
	Internal             Scalar[Word]  = "internal"
	LimitRate            Scalar[Word]  = "limit_rate"
	LimitReqDryRun       Scalar[bool]  = "limit_req_dry_run"
	LimitReqStatus       Scalar[int64] = "limit_req_status"
	LimitRateAfter       Scalar[Word]  = "limit_rate_after"
	RecursiveErrorPages  Scalar[bool]  = "recursive_error_pages"
	Resolver             Scalar[Word]  = "resolver"
	SSI                  Scalar[bool]  = "ssi"
	SecureLink           Scalar[Word]  = "secure_link"
	SecureLinkSecret     Scalar[Word]  = "secure_link_secret"

	ProxyBind            Scalar[Word]   = "proxy_bind"
	ProxyHTTPVersion     Scalar[string] = "proxy_http_version"
	ProxyMethod          Scalar[Word]   = "proxy_method"
	ProxyBuffering       Scalar[bool]   = "proxy_buffering"
	ProxyPassRequestBody Scalar[bool]   = "proxy_pass_request_body"
	ProxySetBody         Scalar[Word]   = "proxy_set_body"
	ProxySSLName         Scalar[Word]   = "proxy_ssl_name"
	ProxySSLServerName   Scalar[bool]   = "proxy_ssl_server_name"
)

// The lists of http that the evaluator reads.
const (
	AccessRules    List = "allow deny"
	AddHeader      List = "add_header"
	EarlyHints     List = "early_hints"
	ErrorPage      List = "error_page"
	Index          List = "index"
	LimitConn      List = "limit_conn"
	LimitReq       List = "limit_req"
	Mirror         List = "mirror"
	ProxySetHeader List = "proxy_set_header"
	SetRealIPFrom  List = "set_real_ip_from"
	SSITypes       List = "ssi_types"
	ValidReferers  List = "valid_referers"
)

// The directives of main, events and stream that the evaluator reads.
const (
	WorkerConnections     Scalar[int64]         = "worker_connections"
	WorkerShutdownTimeout Scalar[time.Duration] = "worker_shutdown_timeout"

	ProxyProtocol             Scalar[string]        = "proxy_protocol"
	ProxySSL                  Scalar[bool]          = "proxy_ssl"
	StreamProxyConnectTimeout Scalar[time.Duration] = "proxy_connect_timeout"
	ProxyTimeout              Scalar[time.Duration] = "proxy_timeout"
	SSLPreread                Scalar[bool]          = "ssl_preread"
)

// A Handler is a directive that hands requests to a server behind nginx, with what the settings of its module are
// called. Where a module lacks a setting, its name is "".
type Handler struct {
	Pass               string
	ConnectTimeout     Scalar[time.Duration]
	ReadTimeout        Scalar[time.Duration]
	BufferSize         Scalar[int64]
	InterceptErrors    Scalar[bool]
	PassRequestHeaders Scalar[bool]
	Cache              Scalar[Word]
	CacheBypass        List
	HideHeader         List
	PassHeader         List
	Param              List
}

// HandlerOf finds the handler of a directive; nil when it is none that passes requests on.
func HandlerOf(pass string) *Handler {
	if !strings.HasSuffix(pass, "_pass") {
		return nil // most directives are asked about
	}
	return handlerByName()[pass]
}

var handlerByName = sync.OnceValue(func() map[string]*Handler {
	m := map[string]*Handler{}
	for _, h := range Handlers() {
		m[h.Pass] = &h
	}
	return m
})

// Handlers are all of them: those first that can open a tunnel. They are shared, and never changed.
func Handlers() []Handler { return handlers() }

var handlers = sync.OnceValue(func() []Handler {
	return []Handler{
		{
			Pass: "proxy_pass", ConnectTimeout: "proxy_connect_timeout", ReadTimeout: "proxy_read_timeout",
			BufferSize:      "proxy_buffer_size",
			InterceptErrors: "proxy_intercept_errors", PassRequestHeaders: "proxy_pass_request_headers", Cache: "proxy_cache",
			CacheBypass: "proxy_cache_bypass", HideHeader: "proxy_hide_header", PassHeader: "proxy_pass_header",
		},
		{
			Pass: "uwsgi_pass", ConnectTimeout: "uwsgi_connect_timeout", ReadTimeout: "uwsgi_read_timeout",
			BufferSize:      "uwsgi_buffer_size",
			InterceptErrors: "uwsgi_intercept_errors", PassRequestHeaders: "uwsgi_pass_request_headers", Cache: "uwsgi_cache",
			CacheBypass: "uwsgi_cache_bypass", HideHeader: "uwsgi_hide_header", PassHeader: "uwsgi_pass_header",
			Param: "uwsgi_param",
		},
		{
			Pass: "scgi_pass", ConnectTimeout: "scgi_connect_timeout", ReadTimeout: "scgi_read_timeout",
			BufferSize:      "scgi_buffer_size",
			InterceptErrors: "scgi_intercept_errors", PassRequestHeaders: "scgi_pass_request_headers", Cache: "scgi_cache",
			CacheBypass: "scgi_cache_bypass", HideHeader: "scgi_hide_header", PassHeader: "scgi_pass_header",
			Param: "scgi_param",
		},
		{
			Pass: "fastcgi_pass", ConnectTimeout: "fastcgi_connect_timeout", ReadTimeout: "fastcgi_read_timeout",
			BufferSize: "fastcgi_buffer_size", InterceptErrors: "fastcgi_intercept_errors",
			PassRequestHeaders: "fastcgi_pass_request_headers",
			Cache:              "fastcgi_cache", CacheBypass: "fastcgi_cache_bypass", HideHeader: "fastcgi_hide_header",
			PassHeader: "fastcgi_pass_header",
			Param:      "fastcgi_param",
		},
		{
			Pass: "grpc_pass", ConnectTimeout: "grpc_connect_timeout", ReadTimeout: "grpc_read_timeout",
			BufferSize:      "grpc_buffer_size",
			InterceptErrors: "grpc_intercept_errors", HideHeader: "grpc_hide_header", PassHeader: "grpc_pass_header",
		},
		{
			Pass: "memcached_pass", ConnectTimeout: "memcached_connect_timeout", ReadTimeout: "memcached_read_timeout",
			BufferSize: "memcached_buffer_size",
		},
		{Pass: "tunnel_pass", ConnectTimeout: "tunnel_connect_timeout", ReadTimeout: "tunnel_read_timeout",
			BufferSize: "tunnel_buffer_size"},
	}
})
