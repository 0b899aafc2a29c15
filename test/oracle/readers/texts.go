package main

import (
	"encoding/base64"
	"regexp"
	"time"

	"k8s.io/kube-openapi/pkg/validation/strfmt"
)

// readPattern answers the parts of a text that a pattern matches.
func readPattern(q question) answer {
	pattern, err := regexp.Compile(q.Pattern)
	if err != nil {
		return failed(err)
	}
	found := pattern.FindAllString(q.Text, -1)
	if found == nil {
		found = []string{}
	}
	return answer{Value: found}
}

// readFormat answers whether a text is of a format, and null for a format that isn't known.
func readFormat(q question) answer {
	if !strfmt.Default.ContainsName(q.Format) {
		return answer{}
	}
	return answer{Value: strfmt.Default.Validates(q.Format, q.Text)}
}

// readDuration answers the duration as Go writes it.
func readDuration(q question) answer {
	duration, err := time.ParseDuration(q.Text)
	if err != nil {
		return failed(err)
	}
	return answer{Value: duration.String()}
}

// readTime answers as metav1.Time and metav1.MicroTime do: in UTC, with whole seconds or with microseconds.
func readTime(q question) answer {
	layouts := map[string]string{"time": time.RFC3339, "microTime": "2006-01-02T15:04:05.000000Z07:00"}
	layout := layouts[q.Type]
	parsed, err := time.Parse(layout, q.Text)
	if err != nil {
		return failed(err)
	}
	return answer{Value: parsed.UTC().Format(layout)}
}

func readBase64(q question) answer {
	data, err := base64.StdEncoding.DecodeString(q.Text)
	if err != nil {
		return failed(err)
	}
	return answer{Value: base64.StdEncoding.EncodeToString(data)}
}
