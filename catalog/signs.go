package catalog

import "strings"

// A Sign is a header line of an answer by which a hop shows that the answer passed it. Whether it made the answer
// itself is another question: see AnsweredBy.
type Sign struct {
	Header string // in lower case
	Begins string // what its value begins with, in lower case; "" for any
	Holds  string // what its value has in it, in lower case; "" for anything
	Hop    string // the name of a known hop or application, or of the program
	What   string
	Source string
	Value  string // of the line that was found
}

const (
	measured  = "measured"
	seenOften = "not documented, seen in public collections of answers"
)

// signs are the known ones. A Server line is written by the last program that sets it: nginx replaces that of what is
// behind it, HAProxy and Envoy's defaults differ.
func signs() []Sign {
	server := func(begins, hop, what, source string) Sign {
		return Sign{Header: "server", Begins: begins, Hop: hop, What: what, Source: source}
	}
	via := func(holds, hop, what, source string) Sign {
		return Sign{Header: "via", Holds: holds, Hop: hop, What: what, Source: source}
	}
	has := func(header, hop, what, source string) Sign {
		return Sign{Header: header, Hop: hop, What: what, Source: source}
	}
	return []Sign{
		server("nginx", "nginx", "nginx", measured),
		server("openresty", "nginx", "OpenResty, an nginx with Lua", seenOften),
		server("awselb/", "aws-alb", "a load balancer of AWS", seenOften),
		server("cloudflare", "cloudflare", "Cloudflare", seenOften),
		server("cloudfront", "aws-cloudfront", "Amazon CloudFront", seenOften),
		server("envoy", "envoy", "Envoy", "envoyproxy.io, server_header_transformation"),
		server("istio-envoy", "envoy", "Envoy in a mesh of Istio", seenOften),
		server("apache", "apache", "Apache httpd", "httpd.apache.org, ServerTokens"),
		server("caddy", "caddy", "Caddy", seenOften),
		server("google frontend", "gcp-cloud-run", "Google's front end", seenOften),
		server("microsoft-iis", "iis-arr", "Microsoft IIS", seenOften),
		server("microsoft-azure-application-gateway", "azure-appgw", "Azure Application Gateway", seenOften),
		server("akamaighost", "akamai", "Akamai", seenOften),
		via("cloudfront", "aws-cloudfront", "Amazon CloudFront", seenOften),
		via("google", "gcp-global-alb", "a load balancer of Google Cloud", seenOften),
		via("vegur", "heroku", "Heroku's router", seenOften),
		via("caddy", "caddy", "Caddy", seenOften),
		via("varnish", "varnish", "Varnish, which Fastly is made of", seenOften),
		has("cf-ray", "cloudflare", "Cloudflare", "developers.cloudflare.com, Cloudflare HTTP headers"),
		has("x-amz-cf-id", "aws-cloudfront", "Amazon CloudFront", seenOften),
		has("x-amzn-requestid", "aws-apigateway-http", "an API of AWS: API Gateway, Lambda", seenOften),
		has("apigw-requestid", "aws-apigateway-http", "Amazon API Gateway", seenOften),
		has("x-amzn-errortype", "aws-apigateway-http", "an API of AWS: API Gateway, Lambda", seenOften),
		has("x-azure-ref", "azure-frontdoor", "Azure Front Door", "learn.microsoft.com, HTTP headers of Front Door"),
		has("fly-request-id", "fly", "Fly.io", seenOften),
		has("x-envoy-upstream-service-time", "envoy", "Envoy", "envoyproxy.io, router filter"),
		has("x-vercel-id", "vercel", "Vercel", seenOften),
		has("x-nf-request-id", "netlify", "Netlify", seenOften),
		has("rndr-id", "render", "Render", seenOften),
		has("x-powered-by", application, "the application", seenOften),
		server("uvicorn", "uvicorn", "Uvicorn, the application", seenOften),
		server("daphne", "daphne", "Daphne, the application", seenOften),
		server("tornadoserver/", "tornado", "Tornado, the application", seenOften),
		server("gunicorn", application, "Gunicorn, the application", seenOften),
		server("kestrel", application, "Kestrel, the application", seenOften),
		server("cowboy", application, "Cowboy, the application", seenOften),
		server("python/", application, "a server in Python, the application", seenOften),
	}
}

const application = "application"

// SignsOf returns what a header line of an answer shows of the hops that it passed.
func SignsOf(name, value string) (found []Sign) {
	name, low := strings.ToLower(name), strings.ToLower(value)
	for _, s := range signs() {
		if s.Header == name && strings.HasPrefix(low, s.Begins) && strings.Contains(low, s.Holds) {
			s.Value = value
			found = append(found, s)
		}
	}
	return found
}

// AnsweredBy is the program that wrote an error page, by its own words; "" when that does not show. Measured: nginx
// 1.22, HAProxy 2.6.
func AnsweredBy(body []string) string {
	if n := len(body); n == 3 && strings.HasPrefix(body[0], "<html><body><h1>") && body[2] == "</body></html>" {
		return "haproxy"
	}
	for _, line := range body {
		if strings.HasPrefix(line, "<hr><center>nginx") || strings.HasPrefix(line, "<hr><center>openresty") {
			return "nginx"
		}
	}
	return ""
}
