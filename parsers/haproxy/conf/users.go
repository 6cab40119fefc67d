package conf

// KnowsUser reports whether a user list has a user with this password; known is false for a list that is not there
// and for a password that is written as a hash.
func (c *Config) KnowsUser(list, user, password string) (is, known bool) {
	for _, s := range c.Sections {
		if s.Kind != "userlist" || s.Name != list {
			continue
		}
		for _, l := range s.Lines {
			if !l.Is("user", user) {
				continue
			}
			for i, w := range l.Words {
				if w.Value == "insecure-password" && i+1 < len(l.Words) && l.Words[i+1].Why == "" {
					return l.Arg(i+1) == password, true
				}
			}
			return false, false
		}
		return false, true
	}
	return false, false
}
