// Package kubernetes reads objects of Kubernetes, wherever they are written, and says what the proxies that are made
// of them do with a WebSocket.
//
// The way through it, in four steps that know nothing of each other's insides:
//
//  1. Parse (object.go) makes Objects of a text: manifests of several documents, JSON, lists, the output of kustomize,
//     helm template and kubectl get. Templates of Helm give objects of which only what is literal is known and, where
//     braces decide that, only on the condition that they write it so (template.go), values of charts (chart.go,
//     release.go) objects of which only the annotations or the data are, kustomizations (kustomize.go, patch.go)
//     objects that others have changed. An Object holds values of package infra, so that HCL delivers the same ones:
//     Objects, NewObject, OfValues.
//  2. Keys (key.go, keys/*.txt, services/*.txt) are the settings that controllers read from annotations and
//     ConfigMaps: type, range, default, what becomes of a bad value. They know no format. Key.Takes says of a value
//     whether it can be read. TestKeysOfSource holds them against the sources of the controllers.
//  3. Findings about single settings (misfit.go) come of the two alone: Object.Annotations held against the Keys of the
//     controller that reads the object (owner.go). They need no path.
//  4. Proxies: ingress.go turns Ingresses and ConfigMaps into the nginx configuration that the controller would
//     write, line by line with what each line is made of (text.go), and has package nginx read that. Other
//     controllers are hops with documented defaults.
//
// reader.go is the seam: it gathers the objects of all files of a run first, since they belong together, and Add judges
// them, whoever gathered them.
package kubernetes
