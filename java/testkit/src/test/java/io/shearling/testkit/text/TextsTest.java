package io.shearling.testkit.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How texts are made of what a package holds. */
class TextsTest {
    private static final String LONG =
            "   A breed whose wool has been known for its length since the middle ages, and which grazes on hills.\n"
                    .repeat(5);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void documents_ofADictionary_areProseWithoutMarkup() {
        List<Document> documents = DictionaryText.documents(
                "00-database-short\n     A dictionary\n\nmerino\nmerino sheep\n\n"
                        + "   <breed> A {sheep} with {fine wool\n   (http://wool.example/fine)}, see {Rambouillet}.\n\n"
                        + LONG
                        + "\n      a | table\n      of | wool\n\n   [{Jargon File}]\n\n   (1998-01-15)\n\nshort\n\n   Too short.\n");

        String expected =
                "A breed whose wool has been known for its length since the middle ages, and which grazes on hills. "
                        .repeat(5)
                        .strip();
        assertThat(documents)
                .containsExactly(
                        new Document("0 merino", "merino\n\nA sheep with fine wool, see Rambouillet.\n\n" + expected));
    }

    @Test
    void beginning_ofAnAddress_endsWithASentence() {
        String sentence = "Fellow  citizens,\n the sheep are well. ";
        String beginning = AddressText.beginning(" " + sentence.repeat(300));
        assertThat(beginning)
                .startsWith("Fellow citizens, the sheep are well. Fellow")
                .endsWith("well.")
                .hasSizeBetween(5_900, 6_000);
        assertThat(AddressText.beginning(sentence)).isEqualTo("Fellow citizens, the sheep are well.");
    }

    @Test
    void text_ofTheParts_hasEachDocumentOnceAndOneInFourForEvaluation() {
        List<Document> documents = IntStream.range(0, 1_000)
                .mapToObj(i -> new Document("document " + i, "<" + i + ">"))
                .toList();
        String calibration = new String(Split.text(Part.CALIBRATION, documents), StandardCharsets.UTF_8);
        String evaluation = new String(Split.text(Part.EVALUATION, documents), StandardCharsets.UTF_8);
        assertThat(documents)
                .allMatch(document -> calibration.contains(document.text()) != evaluation.contains(document.text()));
        assertThat(evaluation.lines().filter(line -> line.startsWith("<"))).hasSizeBetween(200, 300);
        assertThat(evaluation).matches("(?s)<\\d+>\n\n\n<\\d+>\n\n\n.*>\n");
    }

    @Test
    void extract_aMember_hasItsBytes() throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        archive.writeBytes("!<arch>\n".getBytes(StandardCharsets.US_ASCII));
        for (String member : List.of("debian-binary", "data.tar.xz")) {
            byte[] data = (member + "!").getBytes(StandardCharsets.US_ASCII);
            archive.writeBytes(String.format("%-16s%-12d%-6d%-6d%-8o%-10d`\n", member, 0, 0, 0, 0644, data.length)
                    .getBytes(StandardCharsets.US_ASCII));
            archive.writeBytes(data);
            if (data.length % 2 == 1) {
                archive.write('\n');
            }
        }
        Path file = Files.write(folder.resolve("x.deb"), archive.toByteArray());
        ArMember.extract(file, "data.tar.xz", folder.resolve("data"));
        assertThat(folder.resolve("data")).hasContent("data.tar.xz!");
    }
}
