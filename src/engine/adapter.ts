/** What to do where WebGPU finds no graphics adapter, by system. */
export function adapterRemedy(): string {
  return process.platform === 'linux'
    ? 'Install the Vulkan loader and a driver (Debian: libvulkan1, and mesa-vulkan-drivers or the one of NVIDIA); `vulkaninfo --summary` must list the device.'
    : 'Update the graphics driver, or choose another engine.';
}
