package tasks

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"sync"
)

// Cookies returns the cookies that a request for path would send; path is what Get takes.
// Their names and values are all that is known of them.
func (c *HTTP) Cookies(path string) []*http.Cookie {
	u, err := c.cookieURL(path)
	if err != nil {
		return nil
	}
	return c.session().cookies.Cookies(u)
}

// SetCookies keeps cookies as if a response to a request for path had set them. It fails
// if path and the user's host make no URL.
func (c *HTTP) SetCookies(path string, cookies ...*http.Cookie) error {
	u, err := c.cookieURL(path)
	if err != nil {
		return err
	}
	c.session().cookies.SetCookies(u, cookies)
	return nil
}

// ClearCookies forgets all cookies, so that the user comes back as a new visitor: Locust's
// client.cookies.clear().
func (c *HTTP) ClearCookies() { c.session().cookies.clear() }

func (c *HTTP) cookieURL(path string) (*url.URL, error) {
	s := c.settings(nil)
	target := s.resolve("cookies of", path)
	if s.err != nil {
		return nil, s.err
	}
	u, err := url.Parse(target)
	if err != nil {
		return nil, fmt.Errorf("tasks: cookies of %q: %w", path, err)
	}
	return u, nil
}

// cookies is a jar that costs nothing as long as no server sets a cookie.
type cookies struct {
	mu  sync.Mutex
	jar *cookiejar.Jar
}

// Cookies implements http.CookieJar.
func (c *cookies) Cookies(u *url.URL) []*http.Cookie {
	c.mu.Lock()
	jar := c.jar
	c.mu.Unlock()
	if jar == nil {
		return nil
	}
	return jar.Cookies(u)
}

// SetCookies implements http.CookieJar.
func (c *cookies) SetCookies(u *url.URL, list []*http.Cookie) {
	c.mu.Lock()
	if c.jar == nil {
		c.jar, _ = cookiejar.New(nil) // it never fails without options
	}
	jar := c.jar
	c.mu.Unlock()
	jar.SetCookies(u, list)
}

func (c *cookies) clear() {
	c.mu.Lock()
	c.jar = nil
	c.mu.Unlock()
}
