// Package child is how processes that this one starts end with it, and their children with
// them, as far as the system can do that.
package child
