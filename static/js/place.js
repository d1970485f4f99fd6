// A place is picked on a map, or asked of the device, and stands in two fields that can be typed as well.
// The map comes when somebody opens it. All that it shows, the fields show; what they say, it follows.
(() => {
  const MOST_DECIMALS = 5; // about a metre
  const STEP = 8; // pixels, by an arrow key
  const pickers = new WeakMap();

  const parts = (box) => ({
    latitude: document.getElementById(box.dataset.latitude),
    longitude: document.getElementById(box.dataset.longitude),
    open: box.querySelector("[data-place-open]"),
    frame: box.querySelector(".place-frame"),
    map: box.querySelector(".place-map"),
    said: box.querySelector(".place-said"),
  });
  const say = (box, name, values = {}) => {
    const { said } = parts(box);
    said.textContent = said.dataset[name].replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  };
  const typed = (box) => {
    const { latitude, longitude } = parts(box);
    const [north, east] = [latitude, longitude].map((field) => parseFloat(field.value.replace(",", ".")));
    return Math.abs(north) <= 90 && Math.abs(east) <= 180 ? [north, east] : null;
  };
  const write = (box, north, east, decimals) => {
    const { latitude, longitude } = parts(box);
    const stays = typed(box) ?? [];
    [[latitude, north], [longitude, east]].forEach(([field, degrees], axis) => {
      if (Math.abs(degrees - stays[axis]) < 1e-9) return; // what did not move keeps its decimals
      field.value = String(Number(degrees.toFixed(decimals)));
    });
    return { latitude: latitude.value, longitude: longitude.value };
  };

  const bring = (tag, attributes) =>
    new Promise((done, fail) => {
      const part = Object.assign(document.createElement(tag), attributes);
      part.onload = done;
      part.onerror = fail;
      document.head.append(part);
    });
  let brought = null;
  const bringMaps = ({ styles, scripts }) => {
    brought ??= (async () => {
      for (const href of styles.split(" ")) await bring("link", { rel: "stylesheet", href });
      for (const src of scripts.split(" ")) await bring("script", { src });
    })();
    brought.catch(() => { brought = null; });
    return brought;
  };

  // Between pixels lies no more than one can point at: from afar a place has fewer decimals.
  const decimalsAt = (map) => Math.min(MOST_DECIMALS, Math.ceil(Math.log10((256 * 2 ** map.getZoom()) / 360)));

  const lay = (box) => {
    const { frame, map: surface } = parts(box);
    const map = ground.lay(surface, { keyboard: false }, () => say(box, "trouble"));
    const icon = L.divIcon({
      className: "pin",
      html: frame.querySelector("template").content.firstElementChild.cloneNode(true),
      iconSize: [36, 36],
      iconAnchor: [18, 34],
    });
    let pin = null;
    const put = (place) => {
      pin ??= L.marker(place, { icon, draggable: true, keyboard: false }).addTo(map).on("dragend", () => take(pin.getLatLng()));
      pin.setLatLng(place);
    };
    const take = (place) => {
      const { lat, lng } = place.wrap();
      const north = Math.min(Math.max(lat, -90), 90);
      put(L.latLng(north, place.lng));
      map.panInside(pin.getLatLng(), { padding: [48, 48] });
      say(box, "picked", write(box, north, lng, decimalsAt(map)));
    };
    const follow = () => {
      const place = typed(box);
      if (place) {
        put(L.latLng(place));
        map.panInside(pin.getLatLng(), { padding: [48, 48] });
      } else if (pin) {
        pin.remove();
        pin = null;
      }
    };

    map.on("click", ({ latlng }) => take(latlng));
    const arrows = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
    surface.addEventListener("keydown", (event) => {
      const arrow = arrows[event.key];
      const closer = { "+": 1, "=": 1, "-": -1 }[event.key];
      if (event.target !== surface || event.ctrlKey || event.metaKey || event.altKey) return;
      if (arrow) {
        const step = event.shiftKey ? 8 * STEP : STEP;
        take(pin ? map.unproject(map.project(pin.getLatLng()).add(arrow.map((way) => way * step))) : map.getCenter());
      } else if (closer) {
        map.setZoomAround(pin?.getLatLng() ?? map.getCenter(), map.getZoom() + closer);
      } else return;
      event.preventDefault();
    });

    const place = typed(box);
    if (place) {
      map.setView(place, surface.dataset.tiles ? 13 : 8);
      put(L.latLng(place));
    } else if (surface.dataset.around) {
      const [south, west, north, east] = surface.dataset.around.split(",").map(Number);
      map.fitBounds([[south, west], [north, east]]);
    } else map.setView([15, 20], 2);
    return { map, follow };
  };

  const show = async (box, open) => {
    const { open: button, frame, map: surface } = parts(box);
    frame.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    try {
      await bringMaps(surface.dataset);
    } catch {
      say(box, "trouble");
      return;
    }
    if (!pickers.has(box)) pickers.set(box, lay(box));
    const { map, follow } = pickers.get(box);
    map.invalidateSize();
    follow();
    surface.focus({ preventScroll: true });
    frame.scrollIntoView({ block: "nearest" });
  };

  const here = (box) => {
    say(box, "asking");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        write(box, coords.latitude, coords.longitude, MOST_DECIMALS);
        pickers.get(box)?.follow();
        say(box, "here", { metres: Math.ceil(coords.accuracy).toLocaleString(document.documentElement.lang) });
      },
      () => say(box, "nowhere"),
      { enableHighAccuracy: true, timeout: 20000 },
    );
  };

  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-place-open], [data-place-here]");
    const box = button?.closest("[data-place]");
    if (!box) return;
    if (button.matches("[data-place-here]")) here(box);
    else show(box, button.getAttribute("aria-expanded") !== "true");
  });
  document.addEventListener("keydown", (event) => {
    const box = event.key === "Escape" && event.target.closest?.(".place-frame")?.closest("[data-place]");
    if (!box) return;
    show(box, false);
    parts(box).open.focus();
  });
  document.addEventListener("change", ({ target }) => {
    const box = target.closest?.("[data-place]");
    if (box) pickers.get(box)?.follow();
  });

  // A device tells where it is over HTTPS only, and only to who asks it.
  if (isSecureContext && navigator.geolocation) {
    for (const button of document.querySelectorAll("[data-place-here]")) button.hidden = false;
  }
})();
