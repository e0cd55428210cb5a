package webhooktest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Discord's limits, counted as strictly as it may.
const (
	discordEmbeds      = 10
	discordName        = 256
	discordDescription = 4096
	discordFields      = 25
	discordValue       = 1024
	discordFooter      = 2048
	discordWhole       = 6000
)

type discordMessage struct {
	Content         string         `json:"content"`
	Embeds          []discordEmbed `json:"embeds"`
	AllowedMentions *struct {
		Parse []string `json:"parse"`
	} `json:"allowed_mentions"`
}

type discordEmbed struct {
	Title       string         `json:"title"`
	Description string         `json:"description"`
	URL         string         `json:"url"`
	Color       int            `json:"color"`
	Fields      []discordField `json:"fields"`
	Timestamp   string         `json:"timestamp"`
	Footer      struct {
		Text string `json:"text"`
	} `json:"footer"`
}

type discordField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline"`
}

// NewDiscord starts a stand-in for one channel webhook of Discord.
func NewDiscord(t testing.TB) *Chat {
	t.Helper()
	return newChat(t, chatRules{
		path: "/api/webhooks/1200000000000000001/aBcD-eFgH_iJkL", read: readDiscord,
		accepted: func(Post) chatAnswer { return chatAnswer{status: http.StatusNoContent, kind: "text/html"} },
		refused:  discordError(http.StatusOK, 50006, "Cannot send an empty message"),
	})
}

func discordError(status, code int, message string) chatAnswer {
	return chatAnswer{status, "application/json", mustJSON(map[string]any{"message": message, "code": code})}
}

func readDiscord(_ *http.Request, body []byte) (post Post, refusal *chatRefusal) {
	refuse := func(reason string, args ...any) (Post, *chatRefusal) {
		return Post{}, &chatRefusal{discordError(http.StatusBadRequest, 50035, "Invalid Form Body"), fmt.Sprintf(reason, args...)}
	}
	var message discordMessage
	if err := json.Unmarshal(body, &message); err != nil {
		return Post{}, &chatRefusal{discordError(http.StatusBadRequest, 50109, "The request body contains invalid JSON."), err.Error()}
	}
	if message.Content == "" && len(message.Embeds) == 0 {
		return Post{}, &chatRefusal{discordError(http.StatusBadRequest, 50006, "Cannot send an empty message"), "nothing to show"}
	}
	if len(message.Embeds) > discordEmbeds {
		return refuse("%d embeds", len(message.Embeds))
	}
	var lines []string
	whole := 0
	for _, embed := range message.Embeds {
		if problem := embed.problem(); problem != "" {
			return refuse("%s", problem)
		}
		whole += units(embed.Title) + units(embed.Description) + units(embed.Footer.Text)
		lines = append(lines, post.discordText(embed.Title))
		for _, f := range embed.Fields {
			whole += units(f.Name) + units(f.Value)
			lines = append(lines, post.discordText(f.Name)+"\t"+post.discordText(f.Value))
		}
		lines = append(lines, post.discordText(embed.Description), embed.Footer.Text)
	}
	if whole > discordWhole {
		return refuse("embed size exceeds maximum size of 6000: %d", whole)
	}
	if message.AllowedMentions == nil || len(message.AllowedMentions.Parse) > 0 {
		post.Stray = append(post.Stray, "mentions are allowed")
	}
	post.Text = strings.Join(lines, "\n")
	return post, nil
}

func (e discordEmbed) problem() string {
	switch {
	case units(e.Title) > discordName, units(e.Description) > discordDescription, units(e.Footer.Text) > discordFooter:
		return "a title, description or footer is too long"
	case e.Color < 0 || e.Color > 0xffffff:
		return "the color is no color"
	case len(e.Fields) > discordFields:
		return "more than 25 fields"
	case strings.TrimSpace(e.Title+e.Description) == "" && len(e.Fields) == 0:
		return "an embed that shows nothing"
	}
	if e.Timestamp != "" {
		if _, err := time.Parse(time.RFC3339, e.Timestamp); err != nil {
			return "the timestamp is not ISO 8601"
		}
	}
	if e.URL != "" {
		if u, err := url.Parse(e.URL); err != nil || u.Scheme != "https" && u.Scheme != "http" || !strings.Contains(u.Hostname(), ".") {
			return "Not a well formed URL."
		}
	}
	for _, f := range e.Fields {
		if strings.TrimSpace(f.Name) == "" || strings.TrimSpace(f.Value) == "" {
			return "This field is required"
		}
		if units(f.Name) > discordName || units(f.Value) > discordValue {
			return "a field's name or value is too long"
		}
	}
	return ""
}

// discordText is what Discord shows of a text. It knows a bold whole and a
// masked link; every other sign of markdown without a backslash is a stray.
func (p *Post) discordText(text string) string {
	if inner, ok := strings.CutPrefix(text, "**"); ok && strings.HasSuffix(inner, "**") {
		text = strings.TrimSuffix(inner, "**")
	}
	if label, address, found := strings.Cut(text, "]("); found && strings.HasPrefix(text, "[") && strings.HasSuffix(address, ")") {
		p.Links = append(p.Links, strings.TrimSuffix(address, ")"))
		text = label[1:]
	}
	var shown strings.Builder
	escaped := false
	for _, r := range text {
		switch {
		case !escaped && r == '\\':
			escaped = true
			continue
		case !escaped && strings.ContainsRune("*_~`|<>[#@", r):
			p.Stray = append(p.Stray, text)
		}
		escaped = false
		shown.WriteRune(r)
	}
	if escaped {
		p.Stray = append(p.Stray, text) // cut inside an escape
	}
	return shown.String()
}
