// What the checkout does better with a script. Every rule is the server's:
// without this file the same purchase works, anonymously.
(() => {
  "use strict";
  const main = document.getElementById("main");
  const path = location.pathname;

  // The buyer's token is in the fragment, which never reached the server. It
  // leaves the address bar before anything else can read it.
  let identified = Promise.resolve();
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) {
    history.replaceState(null, "", path + location.search);
    identified = fetch(path + "/identify", {
      method: "POST",
      headers: { Accept: "application/json", Authorization: "Bearer " + token },
    })
      .then((answer) => answer.ok || Promise.reject(answer.status))
      .catch(() => {
        const notice = document.getElementById("identity");
        if (!notice) return;
        notice.hidden = false;
        notice.lastElementChild.textContent = notice.dataset.text;
      });
  }

  // One press, one submission. The server would start nothing twice either.
  const release = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) {
      button.removeAttribute("aria-disabled");
      if (button.dataset.idle) button.lastElementChild.textContent = button.dataset.idle;
    }
  };
  for (const form of document.querySelectorAll("form")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent === "yes") {
        event.preventDefault();
        return;
      }
      if (token && form.dataset.sent !== "ready") {
        // The order takes the buyer's name from the session, so the token goes first.
        event.preventDefault();
        form.dataset.sent = "yes";
        const pressed = event.submitter;
        // As a task of its own: while this event is being dispatched, a form
        // silently ignores another submission.
        identified.finally(() => setTimeout(() => {
          form.dataset.sent = "ready";
          form.requestSubmit(pressed);
        }));
        return;
      }
      form.dataset.sent = "yes";
      for (const button of form.querySelectorAll("button[type=submit]")) {
        button.setAttribute("aria-disabled", "true");
        if (button !== event.submitter || !button.dataset.busy) continue;
        button.dataset.idle = button.lastElementChild.textContent;
        button.lastElementChild.textContent = button.dataset.busy;
      }
    });
  }
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form").forEach(release);
  });

  // The tax of what is typed so far, before it is sent.
  const country = document.getElementById("country");
  if (country && document.getElementById("tax-label")) {
    const fields = ["country", "state", "postcode", "business", "taxId"];
    let newest = 0;
    const preview = async () => {
      const asked = ++newest;
      if (!country.value) return;
      const typed = new FormData(country.form);
      const body = new URLSearchParams(fields.filter((name) => typed.has(name)).map((name) => [name, typed.get(name)]));
      try {
        const answer = await fetch(path + "/tax", { method: "POST", headers: { Accept: "application/json" }, body });
        const { shown } = answer.ok ? await answer.json() : {};
        if (!shown || asked !== newest) return;
        const tax = document.getElementById("tax");
        tax.classList.remove("later");
        tax.textContent = shown.tax;
        document.getElementById("tax-label").textContent = shown.taxLabel;
        for (const id of ["total", "asked-total"]) document.getElementById(id).textContent = shown.total;
      } catch {
        // The next step shows the tax in any case.
      }
    };
    for (const name of fields) country.form.elements[name]?.addEventListener("change", preview);
    // A browser may put back what was chosen before.
    if (country.value && !country.selectedOptions[0].defaultSelected) preview();
  }

  // Digits in groups, with the caret left where the typist has it.
  const group = (input, format) => {
    input.addEventListener("input", () => {
      const before = input.value.slice(0, input.selectionStart).replace(/\D/g, "").length;
      input.value = format(input.value.replace(/\D/g, ""));
      let caret = 0;
      for (let seen = 0; seen < before && caret < input.value.length; caret++) {
        if (/\d/.test(input.value[caret])) seen++;
      }
      if (document.activeElement === input) input.setSelectionRange(caret, caret);
    });
  };
  const grouped = (digits) =>
    /^3[47]/.test(digits)
      ? [digits.slice(0, 4), digits.slice(4, 10), digits.slice(10, 15)].filter(Boolean).join(" ")
      : digits.slice(0, 19).replace(/(.{4})(?=.)/g, "$1 ");
  const number = document.getElementById("number");
  const expiry = document.getElementById("expiry");
  const cvc = document.getElementById("cvc");
  if (number) group(number, grouped);
  if (expiry) {
    expiry.addEventListener("input", (event) => {
      if (event.inputType && event.inputType.startsWith("delete")) return;
      let digits = expiry.value.replace(/\D/g, "");
      if (/^[2-9]$/.test(digits)) digits = "0" + digits;
      if (digits.length >= 2 && !/\d{6}/.test(digits)) expiry.value = digits.slice(0, 2) + " / " + digits.slice(2, 4);
    });
  }
  for (const button of document.querySelectorAll("[data-card]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const card = document.querySelector("[name=method][value=card]");
      if (card && card.type === "radio") card.checked = true;
      number.value = grouped(button.dataset.card);
      expiry.value = "12 / 34";
      cvc.value = /^3[47]/.test(button.dataset.card) ? "1234" : "123";
      document.getElementById("pay").focus();
    });
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  // While somebody else decides: ask more and more seldom, go on when it changes.
  if (main && main.dataset.poll) {
    let pause = 700;
    const ask = async () => {
      try {
        const answer = await fetch(path, { headers: { Accept: "application/json" } });
        const now = await answer.json();
        if (now.state && now.state !== main.dataset.poll) {
          location.replace(main.dataset.next || path);
          return;
        }
      } catch {
        // The network comes back or it does not; the next question tells.
      }
      pause = Math.min(pause * 1.4, 5000);
      setTimeout(ask, pause);
    };
    setTimeout(ask, pause);
  }
})();
