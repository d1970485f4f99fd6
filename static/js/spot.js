// Where something is: a map that can be looked at from nearer and further, with a pin, or with a round spot where the place is
// known to about a kilometre. Of such a one the map comes no closer than that the spot is larger than what is not known.
(() => {
  const NEAR = 6; // zoom: where in its country; closer with tiles, which have streets to show
  const CLOSE = 15;
  const ROUGH = 11;
  const SIZE = 36; // pixels: as a spot more than a kilometre where the map is closest

  const lay = (surface) => {
    const frame = surface.parentElement;
    const exact = "exact" in surface.dataset;
    const place = [surface.dataset.latitude, surface.dataset.longitude].map(Number);
    const said = frame.querySelector(".place-said");
    const map = ground.lay(surface, { scrollWheelZoom: false, ...(exact ? {} : { maxZoom: ROUGH }) }, () => {
      said.textContent = surface.dataset.trouble;
    });
    const icon = exact
      ? L.divIcon({
          className: "pin",
          html: frame.querySelector("template").content.firstElementChild.cloneNode(true),
          iconSize: [SIZE, SIZE],
          iconAnchor: [SIZE / 2, SIZE - 2],
        })
      : L.divIcon({ className: "spot", iconSize: [SIZE, SIZE] });
    map.setView(place, surface.dataset.tiles ? (exact ? CLOSE : ROUGH) : NEAR);
    L.marker(place, { icon, interactive: false, keyboard: false }).addTo(map);
  };

  for (const surface of document.querySelectorAll("[data-spot]")) lay(surface);
})();
