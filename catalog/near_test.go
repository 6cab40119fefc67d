package catalog

import "testing"

// TestNear: what is proposed for a framework is a known application, and no place of applications is a hop.
func TestNear(t *testing.T) {
	for name, apps := range frameworks {
		for _, app := range apps {
			if _, ok := FindApp(app); !ok {
				t.Errorf("%s: nobody knows %s", name, app)
			}
		}
	}
	for _, name := range places {
		if _, ok := FindHop(name); ok || !IsApplication(name) {
			t.Errorf("%s is a hop, or no application", name)
		}
	}
	if IsApplication("alb/app") || IsApplication("cloudfront") || !IsApplication("ECS/web") ||
		!IsApplication("socket.io") {
		t.Error("hops and applications are mixed up")
	}
}
