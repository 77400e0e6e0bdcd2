package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	sessionCookie = "session"
	maxSlow       = time.Minute
)

// newShop returns the handler of all pages; the record has the last of the visits.
func newShop(s settings, record int) http.Handler {
	knobs, visits := newKnobs(s), newRecord(record)
	pages := http.NewServeMux()
	pages.HandleFunc("GET /{$}", knobs.before(home))
	pages.HandleFunc("GET /items", knobs.before(items))
	pages.HandleFunc("GET /items/{id}", knobs.before(item))
	pages.HandleFunc("POST /login", knobs.before(login))
	pages.HandleFunc("GET /cart", knobs.before(cart))
	pages.HandleFunc("GET /slow", knobs.before(slow))
	pages.HandleFunc("GET /fail", knobs.before(fail))

	counter := newCounter(pages, visits)
	all := http.NewServeMux()
	all.Handle("/", counter)
	all.HandleFunc("GET /count", counter.report)
	all.HandleFunc("GET /record", visits.report)
	all.HandleFunc("GET /knobs", knobs.show)
	all.HandleFunc("POST /knobs", knobs.turn)
	all.HandleFunc("GET /version", knobs.version)
	return all
}

func home(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "welcome to the shop") }

func items(w http.ResponseWriter, _ *http.Request) {
	list := make([]map[string]any, 100)
	for i := range list {
		list[i] = itemOf(i)
	}
	answer(w, list)
}

func item(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil || id < 0 {
		http.Error(w, "no such item", http.StatusNotFound)
		return
	}
	answer(w, itemOf(id))
}

func itemOf(id int) map[string]any {
	return map[string]any{"id": id, "name": fmt.Sprintf("item %d", id), "price": 100 + 7*id%900}
}

func login(w http.ResponseWriter, r *http.Request) {
	var who struct {
		User string `json:"user"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&who); err != nil || who.User == "" {
		http.Error(w, `login wants {"user": "…"}`, http.StatusBadRequest)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: url.QueryEscape(who.User), Path: "/", HttpOnly: true})
	answer(w, map[string]any{"user": who.User})
}

func cart(w http.ResponseWriter, r *http.Request) {
	if _, err := r.Cookie(sessionCookie); err != nil {
		http.Error(w, "who are you?", http.StatusUnauthorized)
		return
	}
	answer(w, []map[string]any{itemOf(1), itemOf(2)})
}

func slow(w http.ResponseWriter, r *http.Request) {
	ms, err := strconv.Atoi(r.URL.Query().Get("ms"))
	d := time.Duration(ms) * time.Millisecond
	if err != nil || d < 0 || d > maxSlow {
		http.Error(w, "slow wants ms between 0 and 60000", http.StatusBadRequest)
		return
	}
	pause(r, d)
	fmt.Fprintf(w, "after %d ms\n", ms)
}

func fail(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "as always", http.StatusInternalServerError)
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // an error means that the user has gone
}
