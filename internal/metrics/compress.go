package metrics

import (
	"net/http"

	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"
)

// compressed answers in gzip where that is asked for, as Prometheus does. The level is the
// fastest: promhttp's own, the default one, takes longer than all the rest of a scrape.
func compressed(h http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.CompressionLevel(gzip.BestSpeed))
	if err != nil {
		return h // no option is wrong
	}
	return http.HandlerFunc(wrap(h))
}
