package metrics

import (
	"bufio"
	"net/http"
	"slices"
	"sync"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/rs/zerolog"
)

const (
	// maxScrapes is how many scrapes may be answered at a time: the others get a 503.
	maxScrapes = 16
	// pieceSize is how much of an answer is written at a time, in bytes. Encoders write a
	// few bytes at a time, and the server alone would send each 4 KiB of them.
	pieceSize = 64 << 10
)

// A handler answers scrapes in the format that is asked for. It is promhttp's, but for
// what lines and pieceSize save.
type handler struct {
	values  *shared
	log     zerolog.Logger
	slots   chan struct{}
	buffers sync.Pool // of bufio.Writer
}

func newHandler(values *shared, log zerolog.Logger) *handler {
	return &handler{
		values: values, log: log, slots: make(chan struct{}, maxScrapes),
		buffers: sync.Pool{New: func() any { return bufio.NewWriterSize(nil, pieceSize) }},
	}
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	default:
		http.Error(w, "too many scrapes at a time: try again later", http.StatusServiceUnavailable)
		return
	}
	families, done, err := h.values.Gather()
	defer done()
	if err != nil {
		h.log.Warn().Err(err).Msg("metrics: not all were gathered")
		if len(families) == 0 {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	format := expfmt.NegotiateAccept(r.Header, expfmt.DefaultOpenMetricsAcceptedFormats()...)
	w.Header().Add("Vary", "Accept")
	w.Header().Set("Content-Type", string(format))
	b, _ := h.buffers.Get().(*bufio.Writer)
	b.Reset(w)
	if err := encode(b, format, wanted(families, r.URL.Query()["name[]"])); err != nil {
		h.log.Debug().Err(err).Msg("metrics: an answer was not taken")
	}
	b.Reset(nil)
	h.buffers.Put(b)
}

// wanted are the families with one of the names, or all if there are none.
func wanted(families []*dto.MetricFamily, names []string) []*dto.MetricFamily {
	if len(names) == 0 {
		return families
	}
	return slices.DeleteFunc(families, func(f *dto.MetricFamily) bool { return !slices.Contains(names, f.GetName()) })
}

// encode writes families, the histograms of requests by lines where these know the format.
func encode(b *bufio.Writer, format expfmt.Format, families []*dto.MetricFamily) error {
	encoder := expfmt.NewEncoder(b, format)
	lines, known := newLines(b, format)
	for _, f := range families {
		if known && f.GetName() == prefix+durations {
			lines.write(f) // b keeps its error
		} else if err := encoder.Encode(f); err != nil {
			return err
		}
	}
	if c, ok := encoder.(expfmt.Closer); ok {
		if err := c.Close(); err != nil {
			return err
		}
	}
	return b.Flush()
}
