package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wslint/wslint/hop"
)

// objectSchema is the schema of a resource that makes something in Kubernetes; nil for others.
func objectSchema(typ string) *schema {
	block := func(blocks map[string]*schema, attributes ...string) *schema {
		return &schema{attributes: attributes, blocks: blocks, own: true}
	}
	type of = map[string]*schema
	metadata := block(nil, "name", "namespace", "annotations", "labels")
	set := block(nil, "name", "value", "type")
	switch typ {
	case "kubernetes_ingress", "kubernetes_ingress_v1":
		port := block(nil, "number", "name")
		backend := block(of{"service": block(of{"port": port}, "name")}, "service_name", "service_port")
		path := block(of{"backend": backend}, "path", "path_type")
		return block(of{"metadata": metadata, "spec": block(of{
			"rule": block(of{"http": block(of{"path": path})}, "host"), "tls": block(nil, "hosts", "secret_name"),
			"default_backend": backend, "backend": backend,
		}, "ingress_class_name")})
	case "kubernetes_ingress_class", "kubernetes_ingress_class_v1":
		return block(of{"metadata": metadata, "spec": block(nil, "controller")})
	case "kubernetes_service", "kubernetes_service_v1":
		port := block(nil, "name", "port", "target_port", "protocol", "app_protocol", "node_port")
		return block(of{"metadata": metadata, "spec": block(of{"port": port}, "type", "load_balancer_class",
			"session_affinity", "external_traffic_policy", "selector")})
	case "kubernetes_config_map", "kubernetes_config_map_v1", "kubernetes_secret", "kubernetes_secret_v1":
		return block(of{"metadata": metadata}, "data")
	case "kubernetes_manifest":
		return &schema{documents: []string{"manifest"}, own: true}
	case "kubectl_manifest":
		return &schema{documents: []string{"yaml_body"}, own: true}
	case "helm_release":
		s := block(of{"set": set, "set_list": set, "set_sensitive": set, "set_string": set}, "chart")
		s.documents = []string{"values"}
		return s
	}
	return nil
}

// metadata is what references to the name of an object mean: kubernetes_service.chat.metadata[0].name.
func (s *scope) metadata(b *block, address string, extra values) cty.Value {
	for _, body := range b.bodies {
		content, _, _ := body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "metadata"}}})
		for _, in := range content.Blocks {
			attributes, _ := in.Body.JustAttributes()
			out := values{}
			for name, a := range attributes {
				out[name] = s.remembered(address+".metadata."+name, func() cty.Value { return s.evaluate(a.Expr, extra) })
			}
			for _, name := range []string{"name", "namespace"} {
				if out[name] == cty.NilVal {
					out[name] = unknownBecause(address + ".metadata." + name + " is known after apply")
				}
			}
			return cty.TupleVal([]cty.Value{cty.ObjectVal(out)})
		}
	}
	return unknownBecause(address + ".metadata is not written")
}

// lineWriter returns what writes lines into a block of this one; nil where nothing can be written.
func (b *block) lineWriter() func(name string, lines ...string) []hop.Edit {
	if b.native == nil {
		return nil
	}
	return func(name string, lines ...string) []hop.Edit {
		for _, in := range b.native.Body.Blocks {
			if in.Type == name {
				return b.source.insertLines(in, lines...)
			}
		}
		return nil
	}
}
