package nginx

import "time"

func parseTime(s string) (time.Duration, bool) { d, e := time.ParseDuration(s); return d, e == nil }
func parseSize(s string) (int64, bool)         { return 0, false }
