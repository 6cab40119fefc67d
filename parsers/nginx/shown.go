package nginx

import "github.com/wslint/wslint/parsers/nginx/conf"

// hiddenText stands for the words of a file whose text may not be shown.
const hiddenText = `"…"`

// shownName is a name that nginx knows, or stands for it.
func shownName(d *conf.Directive) string {
	if d.Known() || !d.Hidden() {
		return d.Name.Value
	}
	return "…"
}
