// Package deploy tests the files of deploy/kubernetes and deploy/ci without a cluster and
// without a CI: Kubernetes's and Prometheus Operator's own types read the manifests
// strictly, and actionlint reads the workflow. Its module keeps what that needs to itself.
package deploy
