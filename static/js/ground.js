// What lies under every map: the shapes of countries, and tiles where a server of them is configured.
// `box` says in its data where they are (shapes, tiles) and what the buttons are called (in, out).
window.ground = (() => {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const ask = async (address, more, signal) => {
    const url = new URL(address, location.href);
    for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value);
    const answer = await fetch(url, { signal });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };
  const sides = (bounds) =>
    [bounds.getSouth(), bounds.getWest(), bounds.getNorth(), bounds.getEast()].map((side) => side.toFixed(4)).join(",");

  // Shapes: asked for anew where the map leaves those that are there, or comes so close that finer ones are wanted.
  // What lies across the 180th meridian reaches some degrees beyond it.
  const turnsOf = (bounds) => [-360, 0, 360].filter((turn) => bounds.getWest() < 200 + turn && bounds.getEast() > turn - 200);
  const degrees = (bounds) => bounds.getEast() - bounds.getWest();
  const layShapes = (map, address, failed) => {
    const land = L.layerGroup().addTo(map);
    let drawn = null;
    map.on("moveend", async () => {
      const seen = map.getBounds();
      if (drawn?.contains(seen) && degrees(drawn) < 6 * degrees(seen)) return;
      const wanted = seen.pad(0.5);
      drawn = wanted;
      try {
        const shape = await ask(address, { view: sides(wanted) });
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
    });
  };

  const lay = (box, options, failed) => {
    const words = box.dataset;
    const map = L.map(box, {
      attributionControl: false,
      zoomControl: false,
      minZoom: 1,
      maxZoom: 17,
      worldCopyJump: true,
      zoomAnimation: !still,
      fadeAnimation: !still,
      markerZoomAnimation: !still,
      inertia: !still,
      ...options,
    });
    L.control.zoom({ zoomInTitle: words.in, zoomOutTitle: words.out, position: "topright" }).addTo(map);
    if (words.tiles) {
      L.tileLayer(words.tiles, { maxZoom: 19 }).addTo(map);
      box.classList.add("map-tiled");
    }
    layShapes(map, words.shapes, failed);
    return map;
  };

  return { ask, lay, sides };
})();
