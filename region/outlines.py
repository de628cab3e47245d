"""The outlines of municipalities, as a folder's GeoJSON file has them: what is taken, and what is wrong.

Kept are the rings of each municipality in degrees of longitude and latitude (WGS84, as GeoJSON demands),
rounded to about ten metres, and whom to name for them. A map is a picture of the county, not a survey.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

MOST_POINTS = 60_000
"""Most points of all outlines together, so that a map stays a small picture."""

_DIGITS = 4


def faults_of(data: Any, municipalities: Collection[str]) -> list[str]:
    """Sentences on everything that is wrong with such an object; none if it can be used.

    Municipalities may be missing: they are not on the map then.
    """
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection":
        return ["This must be a GeoJSON object of the type FeatureCollection."]
    features = data.get("features")
    if not isinstance(features, list) or not features:
        return ["There is no outline in this file."]
    faults = []
    if not isinstance(data.get("attribution"), str) or not 0 < len(data["attribution"].strip()) <= 200:
        faults.append("“attribution” must say in at most 200 characters whom the map names for the outlines.")
    if "attribution_url" in data and not _is_web_address(data["attribution_url"]):
        faults.append("“attribution_url” must be an address that begins with https:// or http://.")
    seen: set[str] = set()
    points = 0
    for number, feature in enumerate(features, 1):
        ags = _key_of(feature)
        if ags not in municipalities:
            faults.append(f"Outline {number} has the key “{ags[:20]}”, which is not in municipalities.csv.")
        elif ags in seen:
            faults.append(f"There are two outlines of {ags}.")
        seen.add(ags)
        rings = _rings(feature)
        if rings is None:
            faults.append(f"Outline {number} is no polygon of at least three points in degrees.")
        else:
            points += sum(map(len, rings))
    if points > MOST_POINTS:
        faults.append(f"The outlines have {points} points; at most {MOST_POINTS} are possible.")
    return faults


def outlines_of(data: dict[str, Any]) -> dict[str, Any]:
    """What is kept of an object without faults: `attribution`, `url`, and `shapes`, key → rings of points."""
    return {
        "attribution": data["attribution"].strip(),
        "url": data.get("attribution_url", ""),
        "shapes": {_key_of(feature): _rings(feature) for feature in data["features"]},
    }


def _key_of(feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    ags = properties.get("ags") if isinstance(properties, dict) else None
    return ags if isinstance(ags, str) else ""


def _rings(feature: Any) -> list[list[list[float]]] | None:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict):
        return None
    coordinates = geometry.get("coordinates")
    polygons: list[Any] = []
    if geometry.get("type") == "Polygon":
        polygons = [coordinates]
    elif geometry.get("type") == "MultiPolygon" and isinstance(coordinates, list):
        polygons = coordinates
    if not all(isinstance(polygon, list) and polygon for polygon in polygons):
        return None
    rings = [_ring(ring) for polygon in polygons for ring in polygon]
    return [ring for ring in rings if ring] if rings and all(rings) else None


def _ring(points: Any) -> list[list[float]] | None:
    if not isinstance(points, list) or len(points) < 4 or not all(_is_place(point) for point in points):
        return None
    return [[round(point[0], _DIGITS), round(point[1], _DIGITS)] for point in points]


def _is_place(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) >= 2
        and all(isinstance(one, int | float) and not isinstance(one, bool) for one in point[:2])
        and -180 <= point[0] <= 180
        and -85 <= point[1] <= 85
    )


def _is_web_address(said: Any) -> bool:
    if not isinstance(said, str) or len(said) > 300:
        return False
    try:
        parts = urlsplit(said)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)
