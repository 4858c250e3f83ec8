/** Milliseconds between two looks at whether the pixels are there. */
const pollEvery = 4;

/**
 * The pixels of a bitmap, 4 bytes each, not premultiplied. A 2D canvas and ImageDecoder multiply colours by their alpha, by
 * which those of transparent pixels are lost; a texture keeps them. Undefined where WebGL can't do it.
 */
export async function readExactly(bitmap: ImageBitmap): Promise<Uint8ClampedArray | undefined> {
  const { width, height } = bitmap;
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (gl === null || Math.max(width, height) > gl.getParameter(gl.MAX_TEXTURE_SIZE)) return undefined;
  try {
    attachTexture(gl, bitmap);
    if (gl.checkFramebufferStatus(gl.FRAMEBUFFER) !== gl.FRAMEBUFFER_COMPLETE) return undefined;
    const rgba = new Uint8ClampedArray(width * height * 4);
    // Into a buffer, which is read once it is filled: read at once, the page would wait for the graphics card.
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, gl.createBuffer());
    gl.bufferData(gl.PIXEL_PACK_BUFFER, rgba.length, gl.STREAM_READ);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, 0);
    if (!(await isDone(gl))) return undefined;
    gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, rgba);
    return gl.getError() === gl.NO_ERROR ? rgba : undefined;
  } finally {
    gl.getExtension('WEBGL_lose_context')?.loseContext();
  }
}

function attachTexture(gl: WebGL2RenderingContext, bitmap: ImageBitmap): void {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
  gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
}

/** Whether the graphics card did what it was asked to; false if the context was lost. */
async function isDone(gl: WebGL2RenderingContext): Promise<boolean> {
  const sync = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  if (sync === null) return false;
  gl.flush();
  for (;;) {
    const status = gl.clientWaitSync(sync, 0, 0);
    if (status === gl.WAIT_FAILED) return false;
    if (status !== gl.TIMEOUT_EXPIRED) return true;
    await new Promise((resolve) => setTimeout(resolve, pollEvery));
  }
}
