// The map of people: countries' shapes, circles with numbers. What it shows stands in the page's table as well.
(() => {
  const box = document.getElementById("map");
  if (!box || !window.L) return;
  const words = box.dataset;
  const said = document.getElementById("map-said");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  // As deep as a view that is still a few of the smallest cells wide.
  const deepest = Math.floor(Math.log2(180 / Number(words.least)));
  const map = L.map(box, {
    attributionControl: false,
    zoomControl: false,
    minZoom: 1,
    maxZoom: Math.min(deepest, 17),
    worldCopyJump: true,
    zoomAnimation: !still,
    fadeAnimation: !still,
    markerZoomAnimation: !still,
    inertia: !still,
  });
  L.control.zoom({ zoomInTitle: words.in, zoomOutTitle: words.out, position: "topright" }).addTo(map);
  if (words.tiles) {
    L.tileLayer(words.tiles, { maxZoom: 19 }).addTo(map);
    box.classList.add("map-tiled");
  }

  const corners = ([south, west, north, east]) => [[south, west], [north, east > west ? east : east + 360]];
  const sides = (bounds) =>
    [bounds.getSouth(), bounds.getWest(), bounds.getNorth(), bounds.getEast()].map((side) => side.toFixed(4)).join(",");
  const ask = async (address, more, signal) => {
    const url = new URL(address, location.href);
    for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value);
    const answer = await fetch(url, { signal });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };
  const failed = (error) => {
    if (error.name !== "AbortError") said.textContent = words.trouble;
  };

  // Shapes: asked for anew where the map leaves those that are there, or comes so close that finer ones are wanted.
  const land = L.layerGroup().addTo(map);
  let drawn = null;
  const turnsOf = (bounds) => [-360, 0, 360].filter((turn) => bounds.getWest() < 180 + turn && bounds.getEast() > turn - 180);
  const degrees = (bounds) => bounds.getEast() - bounds.getWest();
  const drawLand = async () => {
    const seen = map.getBounds();
    if (drawn?.contains(seen) && degrees(drawn) < 6 * degrees(seen)) return;
    const wanted = seen.pad(0.5);
    drawn = wanted;
    try {
      const shape = await ask(words.shapes, { view: sides(wanted) });
      if (drawn !== wanted) return;
      land.clearLayers();
      for (const turn of turnsOf(wanted)) {
        L.geoJSON(shape, {
          interactive: false,
          style: { className: "land" },
          coordsToLatLng: ([east, north]) => L.latLng(north, east + turn),
        }).addTo(land);
      }
    } catch (error) {
      drawn = null;
      failed(error);
    }
  };

  // People: counted by the server for what is seen, and drawn where the map shows them.
  const people = L.layerGroup().addTo(map);
  let asking = null;
  let opened = false;

  const line = (text, strong) => {
    const paragraph = document.createElement("p");
    paragraph.append(strong ? Object.assign(document.createElement("strong"), { textContent: text }) : text);
    return paragraph;
  };
  // The middle of a large cell may lie beyond everybody: then its circle stands at the edge of where people are.
  const everybody = L.latLngBounds(corners(words.bounds.split(",").map(Number)));
  const turned = (longitude, west) => west + ((((longitude - west) % 360) + 360) % 360);
  const within = ({ lat, lng }) => {
    const east = turned(lng, everybody.getCenter().lng - 180);
    const held = (value, least, most) => Math.min(Math.max(value, least), most);
    return L.latLng(
      held(lat, everybody.getSouth(), everybody.getNorth()),
      held(east, everybody.getWest(), everybody.getEast()),
    );
  };
  const told = (cell, bounds) => {
    const about = Object.assign(document.createElement("div"), { className: "about" });
    const list = Object.assign(document.createElement("a"), { href: cell.list, textContent: words.list });
    const closer = Object.assign(document.createElement("button"), { type: "button", textContent: words.closer });
    closer.className = "btn btn-quiet btn-sm";
    closer.addEventListener("click", () => {
      map.closePopup();
      box.focus();
      map.fitBounds(bounds);
    });
    about.append(line(cell.said, true), line(cell.where), list);
    if (map.getZoom() < map.getMaxZoom()) about.append(closer);
    return about;
  };
  const mark = (cell, most, west) => {
    const bounds = L.latLngBounds(corners(cell.area));
    const middle = within(bounds.getCenter());
    middle.lng = turned(middle.lng, west);
    const across = Math.round(26 + 28 * Math.sqrt(cell.people / most));
    const number = Object.assign(document.createElement("span"), { textContent: cell.short });
    const icon = L.divIcon({ className: "people", html: number, iconSize: [across, across] });
    const marker = L.marker(middle, { icon, riseOnHover: true, zIndexOffset: -cell.people });
    marker.bindPopup(() => told(cell, bounds), { closeButton: false, minWidth: 160 });
    marker.on("popupclose", ({ popup }) => {
      if (popup.getElement()?.contains(document.activeElement)) marker.getElement()?.focus({ preventScroll: true });
    });
    marker.addTo(people);
    marker.getElement().setAttribute("aria-label", cell.name);
  };
  const drawPeople = async () => {
    if (opened) return; // it would be gone under the reader's hands
    asking?.abort();
    asking = new AbortController();
    const seen = map.getBounds();
    const across = Math.max(3, Math.round(map.getSize().x / 75));
    try {
      const found = await ask(words.cells, { view: sides(seen), across }, asking.signal);
      if (document.activeElement?.classList.contains("people")) box.focus({ preventScroll: true });
      people.clearLayers();
      const most = Math.max(1, ...found.cells.map((cell) => cell.people));
      for (const cell of found.cells) mark(cell, most, seen.getWest());
      said.textContent = found.said;
      box.dataset.drawn = sides(seen);
    } catch (error) {
      failed(error);
    }
  };

  map.on("popupopen", ({ popup }) => {
    opened = true;
    popup.getElement().querySelector("a[href]")?.focus({ preventScroll: true });
  });
  map.on("popupclose", () => {
    opened = false;
    if (box.dataset.drawn !== sides(map.getBounds())) drawPeople();
  });
  box.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") map.closePopup();
  });
  map.on("moveend", () => {
    drawLand();
    drawPeople();
  });

  // Until somebody moves the map, everybody stays in sight, also when the window is turned.
  let moved = false;
  const showAll = () => {
    map.fitBounds(everybody, { padding: [40, 40], animate: false });
    moved = false;
  };
  map.on("movestart", () => { moved = true; });
  map.on("resize", () => { if (!moved) showAll(); });
  showAll();
})();
