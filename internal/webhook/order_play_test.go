package webhook_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tillway/internal/webhook"
)

// mustSendOrdered commits one delivery of a subject, as fanout does.
func (r *rig) mustSendOrdered(endpoint webhook.Endpoint, subject string, version int64) webhook.Delivery {
	r.t.Helper()
	birth := r.birth(endpoint)
	birth.Subject, birth.SubjectVersion, birth.Body = subject, version, []byte(subject)
	var written webhook.Delivery
	r.mustWrite(func(tx webhook.Tx) (err error) {
		written, err = tx.InsertDelivery(birth.Delivery())
		return err
	})
	r.Admit(written)
	return written
}

// What fails holds up its own subject until it is over, and no other.
func TestAnOrderedEndpointGetsEachSubjectInOrder(t *testing.T) {
	t.Parallel()
	s := &stage{}
	s.answer = func(int, *http.Request) (*http.Response, error) {
		s.mu.Lock()
		body := string(s.received[len(s.received)-1].Body)
		s.mu.Unlock()
		if strings.HasPrefix(body, "bad") {
			return reply(404)
		}
		time.Sleep(100 * time.Millisecond)
		return reply(200)
	}
	play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
		r.Start(t.Context())
		endpoint := r.mustEndpoint("https://shop.example/hook")
		endpoint.Ordered = true
		began := time.Now()
		var good, bad []webhook.Delivery
		for version := range 10 {
			good = append(good, r.mustSendOrdered(endpoint, "good-1", int64(version)), r.mustSendOrdered(endpoint, "good-2", int64(version)))
		}
		for version := range 3 {
			bad = append(bad, r.mustSendOrdered(endpoint, "bad", int64(version)))
		}
		sleep(10 * second)
		if s.most != 2 && s.most != 3 {
			t.Errorf("at most %d requests at once, want the subjects beside each other", s.most)
		}
		ended := map[string]time.Time{}
		for _, delivery := range good {
			read := r.mustRead(delivery.ID)
			if read.State != webhook.Succeeded || read.Attempts != 1 {
				t.Fatalf("%s is %s after %d attempts", read.ID, read.State, read.Attempts)
			}
			attempt := r.mustAttempts(delivery.ID)[0]
			if last := ended[read.Subject]; attempt.StartedAt.Before(last) {
				t.Errorf("version %d of %s began before the last had ended", read.SubjectVersion, read.Subject)
			}
			ended[read.Subject] = attempt.StartedAt.Add(attempt.Timings.Total)
		}
		if late := ended["good-1"].Sub(began); late > 3*second {
			t.Errorf("ten versions, each of 100 ms, took %v", late)
		}

		// The schedule has one retry an hour later; then the next may go.
		sleep(time.Hour)
		for i, want := range []webhook.State{webhook.Failed, webhook.Pending, webhook.Pending} {
			if read := r.mustRead(bad[i].ID); read.State != want || read.Awake() != (i == 1) {
				t.Errorf("version %d of the bad one is %s, due %v", i, read.State, read.WakeAt)
			}
		}
		state := webhook.Disabled
		mustUpdate(r, webhook.UpdateEndpointIn{ID: endpoint.ID, State: &state})
		sleep(2 * time.Hour) // those who sleep end one after the other
		for _, delivery := range bad {
			if read := r.mustRead(delivery.ID); read.State != webhook.Failed {
				t.Errorf("version %d of the bad one is %s, due %v", read.SubjectVersion, read.State, read.WakeAt)
			}
		}
	})
}

func TestASampleStandsOutsideOfTheOrder(t *testing.T) {
	t.Parallel()
	birth := webhook.Birth{Endpoint: webhook.Endpoint{Ordered: true}, Subject: "ORD_1"}
	sample := birth
	sample.Origin = webhook.FromTest
	about := birth
	about.Subject = ""
	if !birth.Delivery().Ordered || sample.Delivery().Ordered || about.Delivery().Ordered {
		t.Errorf("ordered: %v, sample %v, about nothing %v", birth.Delivery().Ordered, sample.Delivery().Ordered, about.Delivery().Ordered)
	}
}

// What is woken is due since the attempt that it waited for began, which may be
// before what a node that is alone has taken from the table since.
func TestTheNextOfAnOrderGoesAtOnceBesideABacklog(t *testing.T) {
	t.Parallel()
	s := &stage{answer: slowly, poll: time.Minute}
	play(t, s, func(t *testing.T, r *rig, _ *lookingStore) {
		r.Start(t.Context())
		endpoint := r.mustEndpoint("https://shop.example/hook")
		endpoint.Ordered = true
		began := time.Now()
		r.mustSendOrdered(endpoint, "first", 1)
		next := r.mustSendOrdered(endpoint, "first", 2)
		sleep(300 * time.Millisecond)
		for range 2 { // as many as there is room for
			other := r.birth(endpoint).Delivery()
			other.Owner, other.WakeAt = "", time.Now()
			r.mustInsert(other)
		}
		r.Wake()
		sleep(10 * second)
		if read := r.mustRead(next.ID); read.State != webhook.Succeeded {
			t.Errorf("the next is %s", read.State)
		}
		wantTimes(t, s.times(began), 0, 300*time.Millisecond, second, 1300*time.Millisecond)
	})
}
