package webhooktest

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// slackFooter is what Slack documents of a footer, in characters; slackWhole is
// where it refuses a message as too long.
const (
	slackFooter = 300
	slackWhole  = 40_000
)

type slackMessage struct {
	Text        *string           `json:"text"`
	Attachments []slackAttachment `json:"attachments"`
}

type slackAttachment struct {
	Color      string       `json:"color"`
	Fallback   string       `json:"fallback"`
	Title      string       `json:"title"`
	TitleLink  string       `json:"title_link"`
	Text       string       `json:"text"`
	Fields     []slackField `json:"fields"`
	Footer     string       `json:"footer"`
	MarkdownIn []string     `json:"mrkdwn_in"`
}

type slackField struct {
	Title *string `json:"title"`
	Value *string `json:"value"`
	Short *bool   `json:"short"`
}

// NewSlack starts a stand-in for one incoming webhook of Slack.
func NewSlack(t testing.TB) *Chat {
	t.Helper()
	return newChat(t, chatRules{
		path: "/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX", read: readSlack,
		accepted: func(Post) chatAnswer { return slackAnswer(http.StatusOK, "ok") },
		refused:  slackAnswer(http.StatusOK, "invalid_payload"),
	})
}

func slackAnswer(status int, body string) chatAnswer { return chatAnswer{status, "text/html", body} }

func readSlack(_ *http.Request, body []byte) (post Post, refusal *chatRefusal) {
	refuse := func(code, reason string) (Post, *chatRefusal) {
		return Post{}, &chatRefusal{slackAnswer(http.StatusBadRequest, code), reason}
	}
	var message slackMessage
	if err := json.Unmarshal(body, &message); err != nil {
		return refuse("invalid_payload", err.Error())
	}
	switch {
	case message.Text == nil && len(message.Attachments) == 0:
		return refuse("no_text", "neither text nor attachments")
	case len(message.Attachments) > 100:
		return refuse("too_many_attachments", "more than 100 attachments")
	}
	var lines []string
	for _, a := range message.Attachments {
		switch {
		case a.Color != "" && !slackColor.MatchString(a.Color):
			return refuse("invalid_attachments", "color "+a.Color)
		case a.Fallback == "" && a.Title == "" && a.Text == "":
			return refuse("no_text", "nothing to show in a notification")
		case units(a.Footer) > slackFooter:
			return refuse("invalid_attachments", "the footer is too long")
		}
		lines = append(lines, post.slackText(a.Title, false))
		if a.TitleLink != "" {
			post.Links = append(post.Links, a.TitleLink)
		}
		for _, part := range a.MarkdownIn {
			if !slices.Contains([]string{"pretext", "text", "fields"}, part) {
				return refuse("invalid_attachments", "mrkdwn_in "+part)
			}
		}
		for _, f := range a.Fields {
			if f.Title == nil || f.Value == nil || f.Short == nil {
				return refuse("invalid_attachments", "a field without title, value or short")
			}
			formatted := slices.Contains(a.MarkdownIn, "fields")
			lines = append(lines, strings.TrimLeft(post.slackText(*f.Title, false)+"\t"+post.slackText(*f.Value, formatted), "\t"))
		}
		lines = append(lines, post.slackText(a.Footer, false))
	}
	post.Text = strings.Join(lines, "\n")
	if units(post.Text) > slackWhole {
		return refuse("msg_too_long", "the message is too long")
	}
	return post, nil
}

var (
	slackColor = regexp.MustCompile(`^(#[0-9a-fA-F]{6}|good|warning|danger)$`)
	// slackControl is a link, or a mention of a person, a channel or everybody.
	slackControl = regexp.MustCompile(`<([^<>]*)>`)
	slackBold    = regexp.MustCompile(`^\*([^*\n]+)\*$`)
	// slackFormat opens a format: a sign at the start, or behind what is no
	// letter, digit or joiner, before something that is no space.
	slackFormat   = regexp.MustCompile("(?m)(^|[^\\p{L}\\p{Nd}\u2060])([*_~`]+)[^\\s*_~`]")
	slackQuote    = regexp.MustCompile(`(?m)^&gt;`)
	slackEntities = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")
)

// slackText is what Slack shows of a text, and notes links and strays.
func (p *Post) slackText(text string, formatted bool) string {
	if formatted {
		text = slackControl.ReplaceAllStringFunc(text, func(control string) string {
			address, label, labelled := strings.Cut(strings.Trim(control, "<>"), "|")
			if !labelled || strings.ContainsAny(address[:min(1, len(address))], "@#!") {
				p.Stray = append(p.Stray, control)
				return control
			}
			p.Links = append(p.Links, slackEntities.Replace(address))
			return label
		})
		if bold := slackBold.FindStringSubmatch(text); bold != nil {
			text = bold[1]
		}
		p.Stray = append(p.Stray, slackFormat.FindAllString(text, -1)...)
		p.Stray = append(p.Stray, slackQuote.FindAllString(text, -1)...)
	}
	if strings.ContainsAny(text, "<>") {
		p.Stray = append(p.Stray, text)
	}
	return strings.ReplaceAll(slackEntities.Replace(text), "\u2060", "")
}
