package labels

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"unmask/forensics"
)

// extensions says which formats, as media.Sniff names them, files with an ending hold. Endings that stand for many things are left out.
var extensions = func() map[string][]string {
	out := map[string][]string{}
	for _, e := range []struct{ endings, formats string }{
		{"jpg jpeg jpe jfif jps mpo thm", "jpeg"},
		{"png apng", "png"},
		{"webp", "webp"},
		{"gif", "gif"},
		{"tif tiff btf", "tiff bigtiff"},
		{"dng nef cr2 arw srf sr2 pef srw nrw erf 3fr iiq dcr kdc", "tiff"}, // raw pictures in a TIFF structure
		{"orf", "orf tiff"},
		{"rw2", "rw2 tiff"},
		{"raf", "raf"},
		{"x3f", "x3f"},
		{"cr3", "cr3"},
		{"bmp dib", "bmp"},
		{"heic heics heif heifs hif", "heic avif"},
		{"avif avifs", "avif"},
		{"jp2 jpx jpf", "jp2"},
		{"j2k j2c jpc", "j2k jp2"},
		{"jxl", "jxl"},
		{"pbm pgm ppm pnm pam", "pnm"},
		{"psd psb", "psd"},
		{"xcf", "xcf"},
		{"dds", "dds"},
		{"ico cur", "ico png bmp"},
		{"exr", "exr"},
		{"hdr", "hdr"},
		{"bpg", "bpg"},
		{"pcx", "pcx"},
		{"qoi", "qoi"},
		{"mp4 m4v mov qt 3gp 3g2", "mp4 mov 3gp"}, // one family, in which endings are used loosely
		{"webm mkv", "webm matroska"},
		{"avi", "avi"},
		{"flv", "flv"},
		{"ogv", "ogg"},
		{"wmv asf", "asf"},
		{"mpg mpeg vob", "mpeg mpegts"},
		{"mts m2ts", "mpegts"},
		{"rm rmvb", "rm"},
		{"pdf doc docx xls xlsx txt zip rar exe dll html htm", ""}, // no pictures or videos at all
	} {
		for _, ending := range strings.Fields(e.endings) {
			out[ending] = strings.Fields(e.formats)
		}
	}
	return out
}()

// extension reports a name whose ending belongs to another format than the content.
func extension(p *forensics.Pass) {
	ending := strings.ToLower(strings.TrimPrefix(path.Ext(string(p.Item.Path)), "."))
	formats, known := extensions[ending]
	if !known || p.Info.Format == "" || slices.Contains(formats, p.Info.Format) {
		return
	}
	p.Report(forensics.Finding{Code: "format.extension", Score: 1,
		Text: fmt.Sprintf("The name ends in .%s, but the content is %s.", ending, p.Info.Format)})
}
