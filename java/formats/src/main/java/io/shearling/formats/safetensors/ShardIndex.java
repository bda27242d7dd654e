package io.shearling.formats.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.shearling.formats.json.StrictJson;
import io.shearling.formats.safetensors.SafetensorsException.Kind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The index of a checkpoint in several files, {@code model.safetensors.index.json}: which tensor lies in which file.
 *
 * <p>The files it names are plain names of files beside it. That is checked by their letters alone: in the cache of the hub they
 * are links to another folder, and rightly so.
 *
 * @param fileByTensor the file's name by the tensor's, in the order of the index
 */
public record ShardIndex(Map<String, String> fileByTensor) {
    private static final String FILE_TYPE = ".safetensors";
    private static final long MAX_BYTES = 256L << 20;
    private static final int MAX_TENSORS = 1_000_000;
    private static final String AGAIN = "fetch the checkpoint again";
    private static final StrictJson JSON = StrictJson.within(16, 1 << 16);

    /** Keeps the order. */
    public ShardIndex {
        fileByTensor = Collections.unmodifiableMap(new LinkedHashMap<>(fileByTensor));
    }

    /**
     * Reads an index.
     *
     * @throws SafetensorsException when it cannot be read, is no such index, or names a file elsewhere
     */
    public static ShardIndex read(Path path) {
        String name = path.toString();
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new SafetensorsException(
                        Kind.LIMIT, name, "the index is larger than " + MAX_BYTES + " bytes", AGAIN);
            }
            try (JsonParser json = JSON.parser(new BufferedInputStream(Files.newInputStream(path)))) {
                return new ShardIndex(files(json, name));
            }
        } catch (NoSuchFileException e) {
            throw new SafetensorsException(Kind.IO, name, "there is no such file", "check the path", e);
        } catch (CharacterCodingException e) {
            throw new SafetensorsException(Kind.INDEX, name, "the index is not UTF-8", AGAIN, e);
        } catch (JsonProcessingException e) {
            throw new SafetensorsException(
                    Kind.INDEX, name, "the index is not JSON, or has a key twice or too long", AGAIN, e);
        } catch (IOException e) {
            throw new SafetensorsException(
                    Kind.IO, name, "the file cannot be read (" + e + ")", "check its permissions and the disk", e);
        }
    }

    /** The names of the files, each once, sorted by code point: the order in which converters read them. */
    public List<String> files() {
        return fileByTensor.values().stream().distinct().sorted().toList();
    }

    private static Map<String, String> files(JsonParser json, String name) throws IOException {
        Map<String, String> files = null;
        requireObject(json, name, "the index");
        for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
            if (field.equals("weight_map")) {
                files = weightMap(json, name);
            } else {
                json.nextToken();
                json.skipChildren();
            }
        }
        if (json.nextToken() != null) {
            throw new SafetensorsException(Kind.INDEX, name, "something follows the last brace", AGAIN);
        }
        if (files == null) {
            throw new SafetensorsException(Kind.INDEX, name, "the index has no weight_map", AGAIN);
        }
        return files;
    }

    private static Map<String, String> weightMap(JsonParser json, String name) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        Map<String, String> names = new LinkedHashMap<>();
        requireObject(json, name, "weight_map");
        for (String tensor = json.nextFieldName(); tensor != null; tensor = json.nextFieldName()) {
            if (json.nextToken() != JsonToken.VALUE_STRING) {
                throw new SafetensorsException(Kind.INDEX, name, "weight_map has a value that is no file name", AGAIN);
            }
            if (files.size() == MAX_TENSORS) {
                throw new SafetensorsException(
                        Kind.LIMIT, name, "the index has more than " + MAX_TENSORS + " tensors", AGAIN);
            }
            String file = json.getText();
            requirePlain(file, name);
            // One text for all tensors of a file.
            String known = names.putIfAbsent(file, file);
            files.put(tensor, known == null ? file : known);
        }
        return files;
    }

    private static void requireObject(JsonParser json, String name, String what) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new SafetensorsException(Kind.INDEX, name, what + " is no object", AGAIN);
        }
    }

    /** An index comes from a stranger: a name with a way in it could be any file of this machine. */
    private static void requirePlain(String file, String index) {
        boolean plain = file.toLowerCase(Locale.ROOT).endsWith(FILE_TYPE)
                && file.length() > FILE_TYPE.length()
                && file.length() <= 255
                && !file.startsWith(".")
                && file.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || Character.isISOControl(c));
        if (!plain) {
            String shown = file.length() <= 80 ? file : file.substring(0, 80) + "…";
            throw new SafetensorsException(
                    Kind.INDEX,
                    index,
                    "the index names the file \"" + shown.replaceAll("\\p{Cntrl}", "?")
                            + "\", and only safetensors files beside it are read",
                    "fetch the checkpoint from another place");
        }
    }
}
