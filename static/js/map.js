// The map of people: circles with numbers, on the ground of every map. What it shows stands in the page's table as well.
(() => {
  const box = document.getElementById("map");
  if (!box || !window.L) return;
  const words = box.dataset;
  const said = document.getElementById("map-said");

  // As deep as a view that is still a few of the smallest cells wide.
  const deepest = Math.floor(Math.log2(180 / Number(words.least)));
  const failed = (error) => {
    if (error.name !== "AbortError") said.textContent = words.trouble;
  };
  const map = ground.lay(box, { maxZoom: Math.min(deepest, 17) }, failed);
  const corners = ([south, west, north, east]) => [[south, west], [north, east > west ? east : east + 360]];
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
      const found = await ground.ask(words.cells, { view: ground.sides(seen), across }, asking.signal);
      if (document.activeElement?.classList.contains("people")) box.focus({ preventScroll: true });
      people.clearLayers();
      const most = Math.max(1, ...found.cells.map((cell) => cell.people));
      for (const cell of found.cells) mark(cell, most, seen.getWest());
      said.textContent = found.said;
      box.dataset.drawn = ground.sides(seen);
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
    if (box.dataset.drawn !== ground.sides(map.getBounds())) drawPeople();
  });
  box.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") map.closePopup();
  });
  map.on("moveend", drawPeople);

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
