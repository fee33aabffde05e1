package blob

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Config says where files lie.
type Config struct {
	// Dir is the folder of the files, and with a bucket of those on their way
	// there.
	Dir string
	// Bucket replaces the folder.
	Bucket *Bucket
}

func (c Config) spool() string { return filepath.Join(c.Dir, spoolName) }

// Bucket is one of a store that speaks S3.
type Bucket struct {
	Endpoint, Region, Name, Prefix string
	AccessKey, SecretKey           string
	// Insecure speaks http, for a store on the same machine.
	Insecure bool
	// Transport replaces the client's own in tests.
	Transport http.RoundTripper
}

// ParseBucket reads s3://name/prefix?endpoint=host:port&region=r.
func ParseBucket(address, accessKey, secretKey string) (*Bucket, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User != nil {
		return nil, errors.New("store of files: want s3://bucket/prefix?endpoint=host:port&region=name")
	}
	q := u.Query()
	for name := range q {
		if name != "endpoint" && name != "region" && name != "insecure" {
			return nil, fmt.Errorf("store of files: unknown option %q", name)
		}
	}
	b := &Bucket{Endpoint: q.Get("endpoint"), Region: q.Get("region"), Name: u.Host, Prefix: strings.Trim(u.Path, "/"), AccessKey: accessKey,
		SecretKey: secretKey, Insecure: q.Get("insecure") == "true"}
	if b.Endpoint == "" {
		b.Endpoint = "s3.amazonaws.com"
	}
	if b.Prefix != "" {
		b.Prefix += "/"
	}
	return b, nil
}

// bucket is a shelf in an S3 store.
type bucket struct {
	Bucket
	client *minio.Client
}

func newBucket(b Bucket) (shelf, error) {
	c, err := minio.New(b.Endpoint, &minio.Options{Creds: credentials.NewStaticV4(b.AccessKey, b.SecretKey, ""), Secure: !b.Insecure,
		Region: b.Region, Transport: b.Transport, BucketLookup: minio.BucketLookupAuto})
	if err != nil {
		return nil, errors.New("store of files: the S3 settings do not fit") // never their values
	}
	return bucket{b, c}, nil
}

func (b bucket) put(ctx context.Context, path, key string) error {
	_, err := b.client.FPutObject(ctx, b.Name, b.Prefix+key, path, minio.PutObjectOptions{ContentType: "application/octet-stream"})
	return errors.Join(err, os.Remove(path))
}

type bucketFile struct {
	*minio.Object
	bytes int64
}

func (f bucketFile) size() int64 { return f.bytes }

func (b bucket) open(ctx context.Context, key string) (file, error) {
	o, err := b.client.GetObject(ctx, b.Name, b.Prefix+key, minio.GetObjectOptions{})
	if err != nil {
		return nil, err
	}
	st, err := o.Stat()
	if err != nil {
		return nil, errors.Join(err, o.Close())
	}
	return bucketFile{o, st.Size}, nil
}

func (b bucket) remove(ctx context.Context, key string) error {
	return b.client.RemoveObject(ctx, b.Name, b.Prefix+key, minio.RemoveObjectOptions{})
}

func (b bucket) list(ctx context.Context, prefix string, each func(string, time.Time) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for o := range b.client.ListObjects(ctx, b.Name, minio.ListObjectsOptions{Prefix: b.Prefix + prefix, Recursive: true}) {
		if o.Err != nil {
			return o.Err
		}
		if err := each(strings.TrimPrefix(o.Key, b.Prefix), o.LastModified); err != nil {
			return err
		}
	}
	return nil
}
