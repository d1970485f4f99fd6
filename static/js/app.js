// Small comforts over pages that work without them: menus that close, the theme at once, trouble said aloud.
(() => {
  const root = document.documentElement;

  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(except)) menu.open = false;
    }
  };

  document.addEventListener("click", (event) => {
    closeMenus(event.target);
    const dismiss = event.target.closest("[data-dismiss]");
    if (dismiss) dismiss.closest(".toast-line").remove();
  });

  document.addEventListener("focusin", (event) => closeMenus(event.target));

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details.menu[open], details.places-toggle[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // The server reads the same cookie, so the next page arrives in its colours and nothing flashes.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-theme-switch]");
    const button = event.submitter;
    if (!form || button?.name !== "theme") return;
    event.preventDefault();
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${button.value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    root.dataset.bsTheme = button.value;
    for (const other of form.querySelectorAll("button")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
  });

  // What is not asked for stays out of the address.
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.verb !== "get") return;
    for (const [name, value] of [...detail.formData]) {
      if (value === "") detail.formData.delete(name);
    }
  });

  // What stands around a list follows its address too: filter fields, links that go on with it, where a form returns.
  document.addEventListener("htmx:pushedIntoHistory", () => {
    const query = new URLSearchParams(location.search);
    for (const field of document.querySelectorAll(".filters [name]")) {
      // A name that is typed stays where the address names the same thing by its reference.
      const words = field.list && field.value && query.get(field.name);
      if (field !== document.activeElement && !words) field.value = query.get(field.name) ?? "";
    }
    const filters = [...document.querySelectorAll(".filters .filter")];
    const on = filters.filter((filter) => [...filter.querySelectorAll("[name]")].some((field) => field.value));
    for (const filter of filters) filter.classList.toggle("filter-on", on.includes(filter));
    for (const count of document.querySelectorAll("[data-filter-count]")) {
      count.textContent = on.length;
      count.hidden = !on.length;
    }
    const narrowed = [...query.keys()].some((name) => !["sort", "at", "count", "tick"].includes(name));
    for (const link of document.querySelectorAll("a[data-same-query]")) {
      link.search = location.search;
      if (link.dataset.sameQuery) link.hidden = !narrowed;
    }
    for (const field of document.querySelectorAll("input[data-here]")) {
      field.value = location.pathname + location.search;
    }
  });

  // A field for several of many: a name that is suggested becomes a line of its area.
  const addLine = (field) => {
    const area = document.getElementById(field.dataset.adds);
    const typed = field.value.trim().toLowerCase();
    if (!typed) return;
    const names = [...field.list.options].map((option) => option.value).filter((name) => name.toLowerCase().includes(typed));
    const name = names.find((one) => one.toLowerCase() === typed) ?? (names.length === 1 ? names[0] : field.value.trim());
    const lines = area.value.split("\n").filter((line) => line.trim() && line !== name);
    area.value = [...lines, name].join("\n");
    field.value = "";
    field.focus();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-line]");
    if (button) addLine(button.parentElement.querySelector("[data-adds]"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches?.("[data-adds]")) return;
    event.preventDefault();
    addLine(event.target);
  });
  document.addEventListener("input", (event) => {
    if (event.inputType === "insertReplacementText" && event.target.matches("[data-adds]")) addLine(event.target);
  });

  // On a phone the kinds of a list stand in a row that scrolls: the one that is shown must be in sight.
  const showCurrent = () => {
    for (const link of document.querySelectorAll(".segments [aria-current]")) {
      link.scrollIntoView({ block: "nearest", inline: "center" });
    }
  };
  showCurrent();
  document.addEventListener("htmx:afterSettle", showCurrent);

  // How many rows of a list are ticked: those of the page, or all that match.
  const countPicked = () => {
    for (const told of document.querySelectorAll("[data-picked]")) {
      const all = document.querySelector("[data-all]");
      told.value = all ? all.dataset.all : document.querySelectorAll(".cell-check :checked").length.toLocaleString(root.lang);
    }
  };
  countPicked();
  document.addEventListener("change", countPicked);
  document.addEventListener("htmx:afterSettle", countPicked);

  // The server's own refusals bring their message; only silence needs one from here.
  const say = (id) => {
    const text = document.getElementById(id);
    const toasts = document.getElementById("toasts");
    if (text && toasts) toasts.replaceChildren(text.content.cloneNode(true));
  };
  const brought = (xhr) => xhr.getResponseHeader("HX-Reswap") || xhr.getResponseHeader("HX-Redirect");

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status >= 400 && xhr.getResponseHeader("HX-Reswap")) event.detail.shouldSwap = true;
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (!brought(event.detail.xhr)) say("trouble-server");
  });
  for (const kind of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(kind, () => say("trouble-network"));
  }
})();
