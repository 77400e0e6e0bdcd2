package deploy

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	apps "k8s.io/api/apps/v1"
	scaling "k8s.io/api/autoscaling/v2"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	network "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
	strict "sigs.k8s.io/yaml"
)

const folder = "../../deploy/kubernetes"

// kinds are the types of what the manifests may have.
func kinds() map[string]func() any {
	return map[string]func() any{
		"v1 Namespace":                            func() any { return &core.Namespace{} },
		"v1 ConfigMap":                            func() any { return &core.ConfigMap{} },
		"v1 Service":                              func() any { return &core.Service{} },
		"v1 ServiceAccount":                       func() any { return &core.ServiceAccount{} },
		"v1 PersistentVolumeClaim":                func() any { return &core.PersistentVolumeClaim{} },
		"apps/v1 Deployment":                      func() any { return &apps.Deployment{} },
		"batch/v1 Job":                            func() any { return &batch.Job{} },
		"autoscaling/v2 HorizontalPodAutoscaler":  func() any { return &scaling.HorizontalPodAutoscaler{} },
		"networking.k8s.io/v1 NetworkPolicy":      func() any { return &network.NetworkPolicy{} },
		"policy/v1 PodDisruptionBudget":           func() any { return &policy.PodDisruptionBudget{} },
		"monitoring.coreos.com/v1 PodMonitor":     func() any { return &monitoring.PodMonitor{} },
		"monitoring.coreos.com/v1 ServiceMonitor": func() any { return &monitoring.ServiceMonitor{} },
		"argoproj.io/v1alpha1 AnalysisTemplate":   func() any { return &analysisTemplate{} },
	}
}

// An analysisTemplate is the part of Argo Rollouts' type of that name (its
// pkg/apis/rollouts/v1alpha1) that ours has: the module itself takes minutes to build.
type analysisTemplate struct {
	meta.TypeMeta   `json:",inline"`
	meta.ObjectMeta `json:"metadata"`
	Spec            struct {
		Args []struct {
			Name  string  `json:"name"`
			Value *string `json:"value,omitempty"`
		} `json:"args"`
		Metrics []struct {
			Name     string `json:"name"`
			Provider struct {
				Job *struct {
					Spec batch.JobSpec `json:"spec"`
				} `json:"job"`
			} `json:"provider"`
		} `json:"metrics"`
	} `json:"spec"`
}

// An object is one document of a manifest.
type object struct {
	file, kind, name string
	value            any
}

// decode reads all documents of a text. An unknown, doubled or mistyped field is an error.
func decode(file string, text []byte) (all []object, err error) {
	documents := yaml.NewDocumentDecoder(io.NopCloser(bytes.NewReader(text)))
	defer documents.Close()
	buffer := make([]byte, 1<<20)
	for {
		n, err := documents.Read(buffer)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		one, err := decodeOne(file, buffer[:n])
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
}

func decodeOne(file string, text []byte) (object, error) {
	var head struct {
		APIVersion string
		Kind       string
		Metadata   struct{ Name string }
	}
	if err := strict.Unmarshal(text, &head); err != nil {
		return object{}, err
	}
	made, known := kinds()[head.APIVersion+" "+head.Kind]
	if !known {
		return object{}, errors.New("unknown kind " + head.APIVersion + " " + head.Kind)
	}
	value := made()
	err := strict.UnmarshalStrict(text, value)
	return object{file, head.Kind, head.Metadata.Name, value}, err
}

func manifests(t *testing.T) []object {
	t.Helper()
	files, err := filepath.Glob(folder + "/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d manifests, %v", len(files), err)
	}
	var all []object
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		objects, err := decode(filepath.Base(file), text)
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
		all = append(all, objects...)
	}
	return all
}

// TestDecodeIsStrict shows that mistakes are found.
func TestDecodeIsStrict(t *testing.T) {
	text, err := os.ReadFile(folder + "/workers.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, wrong := range map[string][2]string{
		"an unknown field": {"replicas: ", "replica: "},
		"another type":     {"replicas: ", "replicas: some"},
		"an unknown kind":  {"kind: Deployment", "kind: Deploymnt"},
	} {
		if _, err := decode("x", bytes.Replace(text, []byte(wrong[0]), []byte(wrong[1]), 1)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestPodsAreConfined wants of each pod what the restricted Pod Security Standard does, and
// limits of memory.
func TestPodsAreConfined(t *testing.T) {
	seen := 0
	for _, o := range manifests(t) {
		spec := podSpec(o.value)
		if spec == nil {
			continue
		}
		seen++
		pod := spec.SecurityContext
		if pod == nil || pod.RunAsNonRoot == nil || !*pod.RunAsNonRoot || pod.SeccompProfile == nil || spec.AutomountServiceAccountToken == nil || *spec.AutomountServiceAccountToken {
			t.Errorf("%s %s: the pod may be root, has no seccomp profile, or a token", o.kind, o.name)
		}
		for _, c := range append(spec.InitContainers, spec.Containers...) {
			s := c.SecurityContext
			if s == nil || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem ||
				s.Capabilities == nil || len(s.Capabilities.Drop) != 1 || s.Capabilities.Drop[0] != "ALL" {
				t.Errorf("%s %s: container %s is not confined", o.kind, o.name, c.Name)
			}
			if c.Resources.Limits.Memory().IsZero() || c.Resources.Requests.Cpu().IsZero() {
				t.Errorf("%s %s: container %s has no limit of memory or asks for no CPU", o.kind, o.name, c.Name)
			}
		}
	}
	if seen != 4 {
		t.Errorf("%d pods, want master, workers, gate and analysis", seen)
	}
}

func podSpec(value any) *core.PodSpec {
	switch v := value.(type) {
	case *apps.Deployment:
		return &v.Spec.Template.Spec
	case *batch.Job:
		return &v.Spec.Template.Spec
	case *analysisTemplate:
		return &v.Spec.Metrics[0].Provider.Job.Spec.Template.Spec
	}
	return nil
}

// TestSelectors wants each selector to choose pods that there are.
func TestSelectors(t *testing.T) {
	all := manifests(t)
	var pods []map[string]string
	for _, o := range all {
		switch v := o.value.(type) {
		case *apps.Deployment:
			pods = append(pods, v.Spec.Template.Labels)
		case *batch.Job:
			pods = append(pods, v.Spec.Template.Labels)
		}
	}
	chosen := func(selector map[string]string) bool {
		for _, labels := range pods {
			found := len(selector) > 0
			for key, value := range selector {
				found = found && labels[key] == value
			}
			if found {
				return true
			}
		}
		return false
	}
	for _, o := range all {
		var selector map[string]string
		switch v := o.value.(type) {
		case *core.Service:
			selector = v.Spec.Selector
		case *apps.Deployment:
			selector = v.Spec.Selector.MatchLabels
		case *network.NetworkPolicy:
			selector = v.Spec.PodSelector.MatchLabels
		case *monitoring.PodMonitor:
			selector = v.Spec.Selector.MatchLabels
		case *policy.PodDisruptionBudget:
			selector = v.Spec.Selector.MatchLabels
		default:
			continue
		}
		if !chosen(selector) && !strings.Contains(o.name, "default") {
			t.Errorf("%s %s: %v chooses no pod", o.kind, o.name, selector)
		}
	}
}
