package io.shearling.formats.safetensors;

import java.util.List;
import java.util.Map;

/**
 * What a safetensors file says before its data.
 *
 * @param metadata texts by key, in the file's order: {@code __metadata__}
 * @param tensors in the order of their data, which covers the file to its end without a gap
 * @param dataStart where the data begins in the file
 */
public record SafetensorsHeader(Map<String, String> metadata, List<SafetensorsTensor> tensors, long dataStart) {}
