//! Areas against a second way of finding out: triangles by a line between them, boxes by their ends.

use proptest::prelude::*;

use super::*;

fn polygon(corners: &[(i32, i32)]) -> Result<Polygon, PolygonFlaw> {
    let at = |&(longitude, latitude): &(i32, i32)| Point { longitude, latitude };
    Polygon::of_corners(corners.iter().map(at).collect())
}

fn area(text: &str) -> Polygon {
    Polygon::parse(text).unwrap()
}

#[test]
fn a_ring_is_closed_simple_and_neither_short_nor_long() {
    let ring = |points: &[(f64, f64)]| {
        let points: Result<Vec<Point>, _> =
            points.iter().map(|(latitude, longitude)| Point::new(*latitude, *longitude)).collect();
        Polygon::of_ring(&points?)
    };
    let square = [(59.0, 10.0), (59.0, 11.0), (60.0, 11.0), (60.0, 10.0), (59.0, 10.0)];
    assert_eq!(ring(&square).unwrap().to_string(), "((10,59),(11,59),(11,60),(10,60))");
    assert_eq!(ring(&square[..4]), Err(PolygonFlaw::Open));
    assert_eq!(ring(&[]), Err(PolygonFlaw::TooFew));
    assert_eq!(ring(&[(1.0, 1.0), (2.0, 2.0), (1.0, 1.0)]), Err(PolygonFlaw::TooFew));
    assert_eq!(ring(&[(91.0, 10.0)]), Err(PolygonFlaw::Range));
    assert_eq!(ring(&[(f64::NAN, 10.0)]), Err(PolygonFlaw::Range));
    let bow = [(0, 0), (2, 2), (2, 0), (0, 2)];
    let spike = [(0, 0), (4, 0), (2, 0), (2, 2)];
    let flat = [(0, 0), (2, 0), (1, 0)];
    let twice = [(0, 0), (0, 0), (1, 1), (2, 0)];
    for crossing in [bow.as_slice(), &spike, &flat, &twice] {
        assert_eq!(polygon(crossing), Err(PolygonFlaw::Crossing), "{crossing:?}");
    }
    let many: Vec<(i32, i32)> = (0..200).map(|n| (n, n * n)).collect();
    assert_eq!(polygon(&many), Err(PolygonFlaw::TooMany));
    assert!(polygon(&many[..199]).is_ok());
}

#[test]
fn areas_that_touch_or_lie_within_each_other_overlap() {
    let square = area("((10,59),(11,59),(11,60),(10,60))");
    for (other, expected) in [
        ("((11,59),(12,59),(12,60),(11,60))", true), // a common side
        ("((11,60),(12,60),(12,61))", true),         // a common corner
        ("((10.2,59.2),(10.4,59.2),(10.4,59.4))", true), // inside
        ("((9,58),(12,58),(12,61),(9,61))", true),   // around
        ("((11.000001,59),(12,59),(12,60))", false), // eleven centimetres apart
        ("((10.9,60.2),(11.2,59.9),(11.2,60.2))", false), // boxes overlap, areas do not
    ] {
        assert_eq!(square.overlaps(&area(other)), expected, "{other}");
        assert_eq!(area(other).overlaps(&square), expected, "{other}");
    }
}

#[test]
fn other_texts_are_refused() {
    for text in ["", "()", "(())", "((1,2),(3,4)", "((1,2),(3,x),(5,6))", "((1e1,2),(3,4),(9,9))"] {
        assert_eq!(Polygon::parse(text), Err(PolygonFlaw::Form), "{text}");
    }
    assert_eq!(Polygon::parse("((181,2),(3,4),(9,9))"), Err(PolygonFlaw::Range));
}

/// Whether a line along one of `a`'s sides has `a` on one side and `b` strictly on the other.
fn separated(a: &Polygon, b: &Polygon) -> bool {
    a.edges().any(|(from, to)| {
        let side = |corners: &[Point]| -> Vec<i64> {
            corners.iter().map(|corner| turn(from, to, *corner)).collect()
        };
        let (own, other) = (side(&a.0), side(&b.0));
        (own.iter().all(|s| *s >= 0) && other.iter().all(|s| *s < 0))
            || (own.iter().all(|s| *s <= 0) && other.iter().all(|s| *s > 0))
    })
}

fn triangles() -> impl Strategy<Value = Polygon> {
    prop::collection::vec((0..9_i32, 0..9_i32), 3)
        .prop_filter_map("flat", |corners| polygon(&corners).ok())
}

proptest! {
    #[test]
    fn triangles_overlap_when_no_line_lies_between(a in triangles(), b in triangles()) {
        prop_assert_eq!(a.overlaps(&b), !separated(&a, &b) && !separated(&b, &a));
        prop_assert_eq!(a.overlaps(&b), b.overlaps(&a));
        prop_assert!(a.overlaps(&a));
    }

    #[test]
    fn boxes_overlap_when_their_ends_do(
        a in (0..9_i32, 1..5_i32, 0..9_i32, 1..5_i32), b in (0..9_i32, 1..5_i32, 0..9_i32, 1..5_i32)
    ) {
        let shape = |(w, width, s, height): (i32, i32, i32, i32)| {
            polygon(&[(w, s), (w + width, s), (w + width, s + height), (w, s + height)]).unwrap()
        };
        let share = |from: i32, width: i32, other: i32, other_width: i32| {
            from <= other + other_width && other <= from + width
        };
        let expected = share(a.0, a.1, b.0, b.1) && share(a.2, a.3, b.2, b.3);
        prop_assert_eq!(shape(a).overlaps(&shape(b)), expected);
    }

    #[test]
    fn a_shown_area_is_read_back(
        corners in prop::collection::vec((-180_000_000..=180_000_000_i32, -90_000_000..=90_000_000_i32), 3..6)
    ) {
        if let Ok(area) = polygon(&corners) {
            prop_assert_eq!(Polygon::parse(&area.to_string()), Ok(area.clone()));
            let json = serde_json::to_string(&area).unwrap();
            prop_assert_eq!(serde_json::from_str::<Polygon>(&json).unwrap(), area);
        }
    }

    #[test]
    fn any_text_is_answered(text in any::<String>(), near in "\\(\\([0-9.,()-]{0,40}\\)\\)") {
        let _ = Polygon::parse(&text);
        let _ = Polygon::parse(&near);
    }
}
