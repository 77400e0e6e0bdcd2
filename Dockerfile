# A worker, or another program of this module or of one that imports it, as a static binary.
#
#   docker build -t my-worker --build-arg PROGRAM=./examples/quickstart --build-arg REVISION=$(git rev-parse HEAD) .
#   docker build -t my-worker --target shell .       with a shell, and as `locust` on the PATH
#   docker buildx build --platform linux/amd64,linux/arm64 …
#
# The same sources, revision and Go give the same binary.

ARG GO_VERSION=1.26.8
ARG BUSYBOX_VERSION=1.37.0

FROM --platform=${BUILDPLATFORM:-linux/amd64} golang:${GO_VERSION} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG TARGETOS
ARG TARGETARCH
ENV CGO_ENABLED=0 GOOS=${TARGETOS} GOARCH=${TARGETARCH} GOFLAGS="-trimpath -buildvcs=false -ldflags=-s"
# What is the same for each program comes first, so that it is built once.
RUN go build -o /image/probe github.com/hopperband/hopperband/deploy/probe && \
    mkdir -p /image/etc/ssl/certs /links/usr/local/bin /links/opt/venv/bin && \
    cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ && \
    ln -s /program /links/usr/local/bin/locust && \
    ln -s /program /links/opt/venv/bin/locust
ARG PROGRAM=./examples/quickstart
# What hopperband_build_info says: the sources come here without their history.
ARG REVISION=unknown
RUN go build -ldflags="-s -X github.com/prometheus/common/version.Revision=${REVISION}" -o /image/program "${PROGRAM}"

# For charts that start their workers by a script and expect `locust` where Locust's own
# image has it.
FROM busybox:${BUSYBOX_VERSION} AS shell
COPY --from=build /image/ /links/ /
USER 65532:65532
ENTRYPOINT ["/program"]

# No shell, no package manager, no user but the numbered one.
FROM scratch AS worker
COPY --from=build /image/ /
USER 65532:65532
ENTRYPOINT ["/program"]
