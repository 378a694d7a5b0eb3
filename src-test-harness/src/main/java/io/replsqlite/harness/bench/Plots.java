package io.replsqlite.harness.bench;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The pictures of a report, as PNG. Needs no display. */
final class Plots {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 420;
    private static final Color MET = new Color(0x2E7D32);
    private static final Color MISSED = new Color(0xC62828);

    private Plots() {}

    /** How far each figure is on the good side of its goal: 1 is the goal itself, 2 twice as good. */
    static void goals(List<ScenarioFigure> figures, Path file) throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Times better than the goal (1 = met)")
                .build();
        style(chart.getStyler());
        chart.getStyler().setXAxisLabelRotation(45);
        chart.getStyler().setOverlapped(true);
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setYAxisMin(0.1);
        List<String> names = numbered(figures);
        bars(chart, "met", names, figures, true, MET);
        bars(chart, "missed", names, figures, false, MISSED);
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
    }

    /** A scenario may give several figures, and a bar needs a name of its own. */
    private static List<String> numbered(List<ScenarioFigure> figures) {
        return IntStream.range(0, figures.size())
                .mapToObj(i -> (i + 1) + " " + figures.get(i).scenario())
                .toList();
    }

    private static void bars(
            CategoryChart chart,
            String name,
            List<String> names,
            List<ScenarioFigure> figures,
            boolean met,
            Color color) {
        List<Double> heights = figures.stream()
                .map(one -> one.figure().isMet() == met ? margin(one.figure()) : null)
                .toList();
        chart.addSeries(name, names, heights).setFillColor(color);
    }

    private static double margin(Figure figure) {
        return figure.atLeast() ? figure.measured() / figure.goal() : figure.goal() / figure.measured();
    }

    /** Durations by percentile, both sides, the slowest spread out: the x axis counts nines. */
    static void distribution(ScenarioFigure one, Path file) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(one.figure().what())
                .xAxisTitle("nines (1 = p90, 2 = p99, 3 = p99.9)")
                .yAxisTitle("us")
                .build();
        style(chart.getStyler());
        chart.getStyler().setYAxisLogarithmic(true);
        curve(chart, "ours", one.figure().ours());
        if (one.figure().baseline().hasCurve()) {
            curve(chart, "baseline", one.figure().baseline());
        }
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
    }

    private static void curve(XYChart chart, String name, Measurement measurement) {
        double[] nines = new double[Samples.FRACTIONS.size() - 1]; // the maximum would be at infinity
        double[] micros = new double[nines.length];
        for (int i = 0; i < nines.length; i++) {
            nines[i] = -Math.log10(1 - Samples.FRACTIONS.get(i));
            micros[i] = measurement.curveMicros().get(i);
        }
        chart.addSeries(name, nines, micros).setMarker(SeriesMarkers.CIRCLE);
    }

    private static void style(Styler styler) {
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setLegendPosition(LegendPosition.InsideNW);
    }
}
